// What a sign-in can be for: what each purpose demands, asks to agree to, and does at its end.
import type { Authentication, SignInDemands } from "../../core/ports/identity-provider.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { SignIn, SignInPurpose } from "../../core/sign-in.ts";

/** A page in plain text; the web escapes it. */
export interface PageText {
  readonly title: string;
  readonly lines: readonly string[];
  /** Shown whole, on this page and never again. */
  readonly file?: { readonly name: string; readonly text: string };
}

export interface ConsentText extends PageText {
  readonly button: string;
}

/**
 * The end of the one way that all sign-ins take. By the time that `consent` is asked, the browser has proven the account that the
 * command was typed with, and then `proven` at the company's provider.
 */
export interface Purpose<P extends SignInPurpose> {
  /** The first page: what the link is for, before anybody has proven anything. Changes nothing. */
  landing(signIn: SignIn, purpose: P): Promise<PageText | Refusal>;
  /** Sent to the company's provider, and held against its answer by the adapter. */
  demands(purpose: P): SignInDemands;
  /** What the person reads before anything happens, or why not. Changes nothing. */
  consent(signIn: SignIn, purpose: P, proven: Authentication): Promise<ConsentText | Refusal>;
  /**
   * The person agreed. `next` is the finished sign-in: it is stored by compare-and-set in the same transaction as the effect and
   * its record, so that both happen once or not at all.
   */
  finish(of: {
    readonly signIn: SignIn;
    readonly next: SignIn;
    readonly purpose: P;
    readonly proven: Authentication;
  }): Promise<PageText | Refusal>;
}

/** A purpose that `SignInPurpose` has and this lacks does not compile. */
export type Purposes = {
  readonly [K in SignInPurpose["kind"]]: Purpose<Extract<SignInPurpose, { readonly kind: K }>>;
};

/** Its purpose of a sign-in with its data, chosen once, so that nobody else needs to tell them apart. */
export function purposeOf(purposes: Purposes, signIn: SignIn): BoundPurpose {
  const { purpose } = signIn;
  switch (purpose.kind) {
    case "link":
      return bound(purposes.link, purpose, signIn);
    case "vote":
      return bound(purposes.vote, purpose, signIn);
    case "hand-over":
      return bound(purposes["hand-over"], purpose, signIn);
  }
}

export interface BoundPurpose {
  landing(): Promise<PageText | Refusal>;
  readonly demands: SignInDemands;
  consent(proven: Authentication): Promise<ConsentText | Refusal>;
  finish(next: SignIn, proven: Authentication): Promise<PageText | Refusal>;
}

function bound<P extends SignInPurpose>(how: Purpose<P>, purpose: P, signIn: SignIn): BoundPurpose {
  return {
    landing: () => how.landing(signIn, purpose),
    demands: how.demands(purpose),
    consent: (proven) => how.consent(signIn, purpose, proven),
    finish: (next, proven) => how.finish({ signIn, next, purpose, proven }),
  };
}
