// What can happen to a request, and what follows from it, as data.
import type { AuditEvent } from "../core/audit.ts";
import type { Loan } from "../core/delegation.ts";
import type { Digest } from "../core/digest.ts";
import type { GroupName, HumanId, Nonce, RequestId } from "../core/ids.ts";
import type { Assurance, Person, PersonRef } from "../core/person.ts";
import type { Invocation, Plan } from "../core/plan.ts";
import type { Decision, Requirement } from "../core/policy.ts";
import type { JobKind } from "../core/ports/store.ts";
import type { Refusal } from "../core/refusal.ts";
import type { StepRecord, StepUpProof } from "../core/request.ts";
import type { Ring } from "./rings.ts";

/** A vote as it arrives: everything is held against the record, nothing is believed (R17). */
export interface VoteCast {
  readonly by: Person;
  readonly choice: "approve" | "deny";
  readonly reason: string | null;
  readonly request: RequestId;
  readonly version: number;
  readonly digest: Digest;
  readonly nonce: Nonce;
  /** A fresh sign-in that was made for exactly this vote (R21); whoever hands it in has verified it and used it up. */
  readonly stepUp?: StepUpProof;
}

/** Holds an execution: a process by name and the number of its claim. */
export interface Holder {
  readonly runner: string;
  readonly fence: number;
}

export type LifeEvent =
  /** The card stands complete where people vote (R2). */
  | { readonly kind: "posted"; readonly cardTs: string }
  /** The card was gone and stands again elsewhere: votes are opened from there now (T4). */
  | { readonly kind: "reposted"; readonly cardTs: string }
  | ({ readonly kind: "vote" } & VoteCast)
  | { readonly kind: "withdraw"; readonly by: Person }
  /** Time has passed: expiry, a start that is too late, a lease that ran out. */
  | { readonly kind: "tick" }
  /** It is time to ask people (R23): these, who can help now. */
  | ({ readonly kind: "ring"; readonly version: number } & Ringing)
  /** Somebody says that they are looking, or are not any more. */
  | { readonly kind: "look"; readonly by: Person }
  | { readonly kind: "look-away"; readonly by: Person }
  /** Looking lasts a while at most. */
  | { readonly kind: "look-over" }
  /** Observed and decided again with another digest (R7); a new nonce goes with the new version. */
  | {
      readonly kind: "replanned";
      readonly plan: Plan;
      readonly requirement: Requirement | null;
      readonly rules: readonly string[];
      readonly policyDigest: Digest;
      readonly nonce: Nonce;
      /** The lines that changed, for those who voted. */
      readonly changed: readonly string[];
      /** Somebody let it be less than was asked for: what is asked for from now on, and who did (R25). */
      readonly narrowed?: { readonly invocation: Invocation; readonly by: Person };
    }
  /** It runs without its missing approvals (R30): typed in by somebody who may, for exactly this version and digest. */
  | {
      readonly kind: "break-glass";
      readonly by: Person;
      readonly reason: string;
      readonly version: number;
      readonly digest: Digest;
      readonly startWithinMs: number;
      readonly throughFreezes: boolean;
    }
  /** A runner takes it: the digest as just decided again, the policy's decision as of now (R24, R31). */
  | {
      readonly kind: "claim";
      readonly runner: string;
      readonly leaseMs: number;
      readonly digest: Digest;
      readonly decision: Decision;
      /** Drift without a change of meaning, for the record (R7). */
      readonly drift: readonly string[];
      /** For a request under break-glass: why whoever used it may no longer, or null while they may. Absent: it does not count. */
      readonly glass?: Refusal | null;
    }
  /** Approved, and not yet started for this reason. */
  | { readonly kind: "waits"; readonly says: string }
  /** Approved, but what it would do is refused for good: it ends, and nothing was written. */
  | { readonly kind: "abandoned"; readonly says: string }
  | ({ readonly kind: "heartbeat"; readonly leaseMs: number } & Holder)
  | ({ readonly kind: "step-recorded"; readonly step: StepRecord } & Holder)
  | ({ readonly kind: "written-all" } & Holder)
  | ({
      readonly kind: "ended";
      readonly outcome: "done" | "failed" | "unconfirmed" | "unknown";
      readonly says: string;
    } & Holder)
  | { readonly kind: "cancel"; readonly by: Person; readonly reason: string | null }
  /** A later request ends the watching of this one's result (R27). */
  | { readonly kind: "supersede"; readonly verb: string; readonly request: RequestId }
  /** Whoever held it is gone for certain, and this one has come in its place: nobody waits for the end of its lease. */
  | { readonly kind: "orphaned"; readonly runner: string }
  /** Its holder stops, and will do nothing more: whoever is there goes on at once. */
  | ({ readonly kind: "handed-over" } & Holder)
  /** A runner takes over what another left behind, to look at the world. */
  | { readonly kind: "recovered"; readonly runner: string; readonly leaseMs: number };

/** Whom a ring reaches. */
export interface Ringing {
  /** `turn`: a stage has opened, and it is these people's turn. */
  readonly ring: Ring | "turn";
  /** Their phones ring. */
  readonly mentioned: readonly PersonRef[];
  /** Told without another ring of their phones: they were rung a moment ago, and their digest shows it. */
  readonly named: readonly PersonRef[];
  /** `unknown`: who is on shift could not be known, so everybody who can is asked. */
  readonly why: "on-shift" | "can" | "unknown" | "escalation";
}

/** Who somebody is now, not when they voted (R11). */
export interface Standing {
  /** Still a full member of the workspace. */
  readonly active: boolean;
  readonly groups: readonly GroupName[];
  /** Those of `groups` that are known too weakly for the top tiers (R12). */
  readonly weakGroups: readonly GroupName[];
  /** Not in `groups`: known only by a sign-in that is too old. By these one may still deny, and nothing else. */
  readonly lapsedGroups?: readonly GroupName[];
  readonly assurance: Assurance;
  /** When the company's sign-in last spoke of the person; null when it never did. */
  readonly heardAt: number | null;
  /** Every id of the same human, the one that they have now among them; absent where there is but one (`Person.alsoKnownAs`). */
  readonly alsoKnownAs?: readonly HumanId[];
  /** Groups that others lent them, as those are in them now. */
  readonly lent?: readonly Loan[];
}

export function standingOf(person: Person): Standing {
  const { groups, weakGroups = [], lapsedGroups, assurance, link, alsoKnownAs, lent } = person;
  return {
    active: true,
    groups,
    weakGroups,
    ...(lapsedGroups === undefined ? {} : { lapsedGroups }),
    assurance,
    heardAt: link?.seenAt ?? null,
    ...(alsoKnownAs === undefined ? {} : { alsoKnownAs: [person.human, ...alsoKnownAs] }),
    ...(lent === undefined ? {} : { lent }),
  };
}

export interface LifeContext {
  readonly now: number;
  /** Of everybody who has voted and of who votes now; whoever is missing here does not count (fail closed). */
  readonly standings: ReadonlyMap<HumanId, Standing>;
  /** The kill switch (R29). */
  readonly halted: boolean;
}

export type Effect =
  | { readonly kind: "audit"; readonly event: AuditEvent }
  /** The same id twice is one job. */
  | { readonly kind: "schedule"; readonly job: JobKind; readonly id: string; readonly dueAt: number }
  /** The card is rendered again from the record. */
  | { readonly kind: "card" }
  | ({ readonly kind: "ask" } & Ringing)
  | { readonly kind: "tell"; readonly whom: readonly PersonRef[]; readonly says: string }
  | { readonly kind: "free-locks" };
