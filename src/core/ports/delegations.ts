// Lending one's own groups for a while, as the verbs do it.
import type { Delegation } from "../delegation.ts";
import type { DelegationId, GroupName } from "../ids.ts";
import type { Person } from "../person.ts";
import type { Refusal } from "../refusal.ts";

export interface Lend {
  readonly from: Person;
  /** Slack's member id of the delegate. */
  readonly toUserId: string;
  readonly groups: readonly GroupName[];
  readonly forMs: number;
  readonly reason: string;
}

export interface Delegations {
  /** Those that count now, soonest end first. */
  inForce(): Promise<readonly Delegation[]>;
  /**
   * Recorded, and both are told. Refuses with `cannot-lend` for a group that the person is not in themselves, for too long a
   * time and for lending to oneself, with `not-a-member` for somebody who is none, with `already-so` when the same is lent already.
   */
  lend(lend: Lend): Promise<Delegation | Refusal>;
  /** By the delegator or the delegate. Refuses with `no-delegation` when it has ended, and with `not-yours` for anybody else. */
  takeBack(id: DelegationId, by: Person): Promise<Delegation | Refusal>;
  /** The longest time that may be lent for. */
  readonly maxMs: number;
}
