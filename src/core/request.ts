// A request: the stored record of one asked-for change, its votes and its end (R1).
import type { BrokenGlass } from "./break-glass.ts";
import type { Digest } from "./digest.ts";
import type { HumanId, Nonce, RequestId } from "./ids.ts";
import type { Assurance, PersonRef } from "./person.ts";
import type { Invocation, Plan } from "./plan.ts";
import type { Requirement } from "./policy.ts";

export const requestStates = [
  "planned", // recorded, card not yet posted: no vote counts (R2)
  "pending", // posted, waiting for votes
  "approved", // quorum reached, waiting for the lock and a runner
  "executing", // a runner has claimed it; writes may happen
  "verifying", // all written, the result is being read back
  "done", // read back as meant
  "failed", // a write was refused, or the result is known to be bad; says what was done
  "unconfirmed", // written, and the result could not be confirmed
  "unknown", // interrupted, and a person must look
  "superseded", // its watching was ended by a later rollback, pause or cancel
  "denied",
  "expired",
  "cancelled",
] as const;
export type RequestState = (typeof requestStates)[number];

export interface Ticket {
  readonly id: string;
  /** null where the policy names no address. */
  readonly url: string | null;
}

export interface Vote {
  readonly human: HumanId;
  readonly voter: PersonRef;
  readonly choice: "approve" | "deny";
  readonly reason: string | null;
  readonly at: number;
  /** The plan version that the voter was shown. */
  readonly version: number;
  readonly digest: Digest;
  readonly withdrawnAt: number | null;
  /** Set when drift with a change of meaning voided it (R7). */
  readonly voidedAt: number | null;
  /** How the voter was known when voting. Absent in votes of before people could be linked. */
  readonly assurance?: Assurance;
  /** The fresh sign-in that this vote was cast with (R21); absent when none was asked for. */
  readonly stepUp?: StepUpProof;
}

/** What a fresh sign-in showed, bound to one vote (R21). */
export interface StepUpProof {
  /** `auth_time` of the ID token, in ms. */
  readonly at: number;
  readonly acr: string | null;
  readonly amr: readonly string[];
}

/** Somebody said that they are looking at it, so that others need not come too. */
export interface Looking {
  readonly by: PersonRef;
  readonly since: number;
  readonly until: number;
}

/** Who was asked to countersign the current version, besides by its card (R23). */
export interface Asked {
  /** The last ring that has rung; 0 before the first. */
  readonly rung: 0 | 1 | 2 | 3;
  /** Everybody who was asked, by user id. */
  readonly userIds: readonly string[];
  /** A ring that waits longer, since somebody was looking when it was due. */
  readonly putOff?: { readonly ring: number; readonly until: number };
}

export interface Thread {
  readonly channelId: string;
  /** Slack's ts of the message that starts the thread; null until posted. */
  readonly ts: string | null;
}

/** What happened to one change of the plan, in the plan's order. */
export interface StepRecord {
  readonly index: number;
  readonly object: string;
  /** `changed`: written, but the cluster stored something else than was approved. */
  readonly state: "intended" | "written" | "changed" | "refused" | "unknown" | "not-started" | "found-done";
  readonly says: string;
  /** resourceVersion that the write returned. */
  readonly resourceVersion: string | null;
  /** Audit-Id of the API server, to join its record with ours (B11). */
  readonly auditId: string | null;
}

export interface Execution {
  /** Names the process that holds it; a new start of the same process has a new name. */
  readonly runner: string;
  /** Goes up with each claim; a write with an older fence is not made. */
  readonly fence: number;
  readonly leaseUntil: number;
  readonly startedAt: number;
  readonly steps: readonly StepRecord[];
}

export interface Request {
  readonly id: RequestId;
  /** Of the plan: a changed plan is a new version and needs new votes. */
  readonly version: number;
  /** Of the record: every change adds one; compare-and-set is on this. */
  readonly revision: number;
  readonly state: RequestState;
  readonly invocation: Invocation;
  readonly requester: PersonRef;
  /** Whoever wrote what would be applied, besides the requester (R10). */
  readonly authors: readonly PersonRef[];
  /** Whom it is done for: they gain by it, so their vote never counts (R10). Absent: nobody in particular. */
  readonly beneficiary?: PersonRef;
  readonly reason: string | null;
  /** Tickets that the policy asked for, as the reason names them. Absent: none. */
  readonly tickets?: readonly Ticket[];
  readonly plan: Plan;
  readonly policyDigest: Digest;
  /** Rules that decided. */
  readonly rules: readonly string[];
  /** null when the policy allowed it without approvals. */
  readonly requirement: Requirement | null;
  readonly votes: readonly Vote[];
  /** In every vote form; a vote without it did not come from the server's own form (R17). */
  readonly nonce: Nonce;
  /** Random, of this request: secret values enter the digest as HMACs under it, so that a weak one can't be guessed. */
  readonly digestKey: string;
  readonly createdAt: number;
  readonly postedAt: number | null;
  readonly expiresAt: number;
  readonly quorumAt: number | null;
  /** Start no later than this (R8). */
  readonly startBy: number | null;
  readonly endedAt: number | null;
  /** Where it was asked, and where its card and story are. */
  readonly askedIn: Thread;
  readonly card: Thread;
  readonly execution: Execution | null;
  /** Absent until somebody is asked. */
  readonly asked?: Asked;
  /** Absent while nobody looks. */
  readonly looking?: readonly Looking[];
  /** When the plan's next stage was asked for, or refused; absent until then, and where nothing follows. */
  readonly followUpAskedAt?: number;
  /** The last time that it was opened without its missing approvals (R30); absent when it never was. */
  readonly brokenGlass?: BrokenGlass;
  /** One sentence about the end, or what it waits for. */
  readonly says: string;
}

export function isOver(request: Request): boolean {
  return endStates.has(request.state);
}

/** Its next stage is still to be asked for: until then, what that stage applies is needed. */
export function awaitsFollowUp(request: Request): boolean {
  return request.state === "done" && request.plan.followUp !== null && request.followUpAskedAt === undefined;
}

/** The break-glass that counts for the current version, or null: never for another version, digest, or once void. */
export function standingGlass(request: Request): BrokenGlass | null {
  const { brokenGlass: glass } = request;
  if (glass === undefined || glass.voidedAt !== null) return null;
  return glass.version === request.version && glass.digest === request.plan.digest ? glass : null;
}

/** The same request with its break-glass no longer counting. */
export function withoutGlass(request: Request, now: number): Request {
  const { brokenGlass: glass } = request;
  if (glass === undefined || glass.voidedAt !== null) return request;
  return { ...request, brokenGlass: { ...glass, voidedAt: now } };
}

export const endStates: ReadonlySet<RequestState> = new Set([
  "done",
  "failed",
  "unconfirmed",
  "unknown",
  "superseded",
  "denied",
  "expired",
  "cancelled",
]);

export const openStates: readonly RequestState[] = requestStates.filter((state) => !endStates.has(state));

/** The votes that count for the current version: neither withdrawn nor voided nor cast on an older one. */
export function standingVotes(request: Request): readonly Vote[] {
  return request.votes.filter(
    (vote) =>
      vote.withdrawnAt === null &&
      vote.voidedAt === null &&
      vote.version === request.version &&
      vote.digest === request.plan.digest,
  );
}
