// Systems beside Kubernetes in which somebody can be made a member for a time: an IdP's groups, GitHub's teams, DataOS use cases.
import type { Person } from "../person.ts";
import type { Refusal } from "../refusal.ts";

/** What a person is called in such a system. */
export interface Member {
  /** As the system's own calls take it; never a display name or an address (R9). */
  readonly id: string;
  /** For showing only. */
  readonly name: string;
}

export interface AccessTargets {
  /** null when no such system is configured. */
  get(name: string): AccessTarget | null;
}

/**
 * One system. `role` is what memberships are of there: a group's id, a team's slug, a use case. Every method refuses with
 * `target-unreachable` while the system does not answer, with `target-refuses` when it says no, and with `no-such-role` where it has
 * nothing of that name. What the configuration names no longer can still be observed and removed, so that it can end, and never added.
 */
export interface AccessTarget {
  /** As roles of the catalogue name it in `on`. */
  readonly name: string;
  /** For people: "the IdP's groups". */
  readonly title: string;
  /** Who the person is there, by what their sign-in said; refuses with `not-linked` while that is not known. Never guesses. */
  memberOf(person: Person): Promise<Member | Refusal>;
  /** As of now, asked of the system itself and not of a cache: what is decided on before, and read back after (R28). */
  observe(member: Member, role: string): Promise<Membership | Refusal>;
  /** Makes them a member; one who is one already stays one. Sent once: an `unknown` outcome is looked up by `observe`. */
  add(member: Member, role: string, deadlineMs: number): Promise<MembershipOutcome>;
  /** Takes the membership away; one who has none stays so. */
  remove(member: Member, role: string, deadlineMs: number): Promise<MembershipOutcome>;
}

/** As production opens it. */
export interface OpenedTarget extends AccessTarget {
  /** null when it answers, takes the credential, and has all that the configuration names of it. Changes nothing. */
  examine(): Promise<Refusal | null>;
}

export interface Membership {
  readonly isMember: boolean;
  /** Where a membership comes by another way too (a parent team, a rule), in a sentence: it cannot be ended here. "" otherwise. */
  readonly otherwise: string;
}

export type MembershipOutcome =
  | { readonly kind: "done" }
  /** Surely not done. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** It may or may not have landed. */
  | { readonly kind: "unknown"; readonly says: string };
