// A delegation: somebody lends their own groups to somebody else for a while, for countersigning and for nothing else.
import type { DelegationId, GroupName, HumanId } from "./ids.ts";
import type { Assurance, PersonRef } from "./person.ts";

export interface Delegation {
  readonly id: DelegationId;
  readonly from: PersonRef;
  readonly to: PersonRef;
  readonly groups: readonly GroupName[];
  readonly reason: string;
  readonly madeAt: number;
  /** First moment at which it no longer counts; nothing needs to happen for that. */
  readonly until: number;
  /** Taken back before its time. */
  readonly endedAt: number | null;
}

/** What one delegation gives its delegate now: the delegator's rights as they are now, never as they were (R11). */
export interface Loan {
  readonly delegation: DelegationId;
  /** Whose right it is: whatever they ask for or wrote, their delegate cannot countersign by it (R10). */
  readonly by: PersonRef;
  /** Other ids of theirs (`Person.alsoKnownAs`), under which they may have asked or voted before. Absent: none. */
  readonly alsoKnownAs?: readonly HumanId[];
  /** How surely the delegator is known now. */
  readonly assurance: Assurance;
  /** Those of the lent groups that the delegator is in now, directly. */
  readonly groups: readonly GroupName[];
  /** Those of `groups` that the delegator is known to be in too weakly for the top tiers (R12). */
  readonly weakGroups: readonly GroupName[];
  /** Not in `groups`: lent ones that only a too old sign-in says the delegator is in. By these one may still deny. */
  readonly lapsedGroups?: readonly GroupName[];
  readonly until: number;
}

export function isInForce({ madeAt, until, endedAt }: Delegation, now: number): boolean {
  return endedAt === null && now >= madeAt && now < until;
}
