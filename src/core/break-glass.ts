// Break-glass: who may run what without its missing approvals, one such use, and its review afterwards (R30).
import type { Digest } from "./digest.ts";
import type { GroupName, HumanId, RequestId } from "./ids.ts";
import type { Assurance, PersonRef } from "./person.ts";
import type { Match, ReasonRule } from "./policy.ts";
import type { RiskKind } from "./risk.ts";

/** The permission, as the policy has it. It makes up for missing approvals and for nothing else: what a rule denies stays denied. */
export interface BreakGlass {
  readonly groups: readonly GroupName[];
  /** Every object of the plan must match. */
  readonly match: Match;
  /** A plan with one of these risk facts is never opened so. */
  readonly exceptRisks: readonly RiskKind[];
  /** Start within this, or the use is void. */
  readonly startWithinMs: number;
  /** The longest that access lasts which is granted so; null leaves it to the catalogue. */
  readonly maxForMs: number | null;
  readonly reason: ReasonRule;
  /** Channels that are told besides the audit channel; at least one. */
  readonly tell: readonly string[];
  /** Least assurance; from `linked` on, weakly known groups do not count (R12). */
  readonly assurance: Assurance;
  readonly throughFreezes: boolean;
  /** So many unreviewed uses may one person have; the next is refused. */
  readonly openUses: number;
  readonly review: ReviewRule;
}

export interface ReviewRule {
  readonly group: GroupName;
  /** People who must look at it afterwards; never who used it, asked for it or wrote it. */
  readonly count: number;
  readonly withinMs: number;
  /** Told when it is overdue, and may review as well; null: nobody further. */
  readonly escalateTo: GroupName | null;
}

/** One use, as its request keeps it: bound to the version and digest that were typed in for. */
export interface BrokenGlass {
  readonly by: PersonRef;
  readonly at: number;
  readonly reason: string;
  /** The approvals that were missing, in words. */
  readonly skipped: string;
  readonly version: number;
  readonly digest: Digest;
  readonly throughFreezes: boolean;
  /** When it stopped counting without having run, or null. */
  readonly voidedAt: number | null;
}

export type ReviewState = "open" | "ok" | "not-ok";

export interface Verdict {
  readonly by: PersonRef;
  readonly ok: boolean;
  readonly reason: string;
  readonly at: number;
}

/** The review of one use: open until enough people have said what they think of it. */
export interface Review {
  readonly id: string;
  readonly revision: number;
  readonly request: RequestId;
  readonly title: string;
  readonly by: PersonRef;
  /** The requester and the authors: they do not review either. */
  readonly concerned: readonly HumanId[];
  readonly reason: string;
  readonly at: number;
  readonly dueAt: number;
  /** As the policy asked for it then. */
  readonly rule: ReviewRule;
  readonly verdicts: readonly Verdict[];
  readonly state: ReviewState;
  readonly remindedAt: number | null;
  readonly overdueAt: number | null;
}
