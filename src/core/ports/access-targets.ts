// Memberships in other systems that can be given for a time: a group of an IdP, a team, a use case.
import type { Person } from "../person.ts";
import type { Refusal } from "../refusal.ts";

/** Somebody as the other system knows them; never a display name or an e-mail address that people can change (R9). */
export interface Member {
  /** The system's own, lasting id. */
  readonly id: string;
  /** For showing. */
  readonly shown: string;
}

export type MembershipOutcome =
  | { readonly kind: "done" }
  /** Nothing was changed. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** It was sent, and whether it was done is not known: only reading tells. */
  | { readonly kind: "unknown"; readonly says: string };

/**
 * One system. Reads are fresh at each call. Every refusal is `target-unreachable` (it does not answer, or answers wrongly) or
 * `target-forbids` (it says no); a person whom the system does not know is refused with `not-linked` or `target-forbids`, and a role
 * that it does not have with `no-such-role`.
 */
export interface AccessTarget {
  /** As the configuration names it. */
  readonly name: string;
  /** For people: "GitHub teams of example-org". */
  readonly title: string;
  member(person: Person): Promise<Member | Refusal>;
  /** Is the member in it now? */
  has(member: Member, role: string): Promise<boolean | Refusal>;
  /** Who is in it already stays in it, and that is done too. Never sent twice. */
  add(member: Member, role: string): Promise<MembershipOutcome>;
  /** Who is not in it is out of it. Never sent twice. */
  remove(member: Member, role: string): Promise<MembershipOutcome>;
}

export interface AccessTargets {
  all(): readonly AccessTarget[];
  get(name: string): AccessTarget | null;
}
