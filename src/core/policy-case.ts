// A test of a policy: what is asked, and what it must say.
import type { Assurance } from "./person.ts";
import type { Question } from "./policy.ts";

export interface PolicyCase {
  readonly name: string;
  readonly question: Question;
  readonly expect: Expectation;
}

/** What is left out of an expectation may be anything. */
export type Expectation =
  | { readonly kind: "allow" }
  /** The rule or freeze that denies, or the code of the refusal where no rule does; null: whatever denies. */
  | { readonly kind: "deny"; readonly by: string | null }
  | {
      readonly kind: "approvals";
      /** In words, as `why` says them: "1 of platform and 1 of payments-leads". */
      readonly need?: string;
      /** All of the rules that ask, in any order. */
      readonly rules?: readonly string[];
      readonly stepUp?: boolean;
      readonly assurance?: Assurance;
      readonly ticket?: boolean;
      readonly veto?: readonly string[];
    };
