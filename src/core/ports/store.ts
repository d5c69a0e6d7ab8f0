// The one truth: requests, audit log, outbox, jobs, locks and settings, changed in durable transactions.
import type { Grant, GrantState } from "../access.ts";
import type { AuditEvent, AuditFilter, AuditRecord } from "../audit.ts";
import type { Review, ReviewState } from "../break-glass.ts";
import type { Delegation } from "../delegation.ts";
import type { DelegationId, HumanId, RequestId } from "../ids.ts";
import type { Json } from "../json.ts";
import type { OutboxMessage, OutboxRow, SentMessage } from "../outbox.ts";
import type { PlannedSetting } from "../plan.ts";
import type { Request, RequestState } from "../request.ts";
import type { AccountLink, SignIn } from "../sign-in.ts";
import type { IssuedToken } from "./clusters.ts";
import type { LeftoverReads, PrunedRequest, PrunedRequestReads, PruningReads } from "./pruning.ts";

/**
 * Transactions run one after another and are durable when `transact` resolves (synchronous=FULL): a kill at any moment
 * leaves all of one or nothing. If `work` throws, nothing of it stays and the error is passed on. Throws
 * `StoreUnavailable` when the disk is full, read-only, gone or hangs past the deadline; then nothing was promised.
 */
export interface Store {
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** No other process can have it open: whatever another runner held is held by nobody any more. */
  readonly exclusive: boolean;
  /** Reads outside a transaction; each sees the last commit. */
  readonly requests: RequestReads;
  readonly audit: AuditReads;
  readonly prunings: PruningReads;
  readonly leftovers: LeftoverReads;
  readonly outbox: OutboxReads;
  readonly jobs: JobReads;
  readonly settings: { get(name: SettingName): Promise<Json | null> };
  readonly grants: GrantReads;
  readonly grantTokens: GrantTokenReads;
  readonly reviews: ReviewReads;
  readonly links: LinkReads;
  readonly signIns: SignInReads;
  readonly delegations: DelegationReads;
  readonly digests: DigestReads;
  /** Moves with every change of what processes keep copies of, whichever process made it. */
  changes(): Promise<Changes>;
  /**
   * What was pruned is read in none of the database's files any more when it resolves, as far as that is the process's to say: a
   * server overwrites what it freed in its own time. Throws when it could not be done now.
   */
  overwrite(): Promise<void>;
  close(): Promise<void>;
}

export interface Tx {
  readonly requests: RequestReads & {
    insert(request: Request): Promise<void>;
    /** Compare-and-set on `revision`: stores `next` (whose revision is one more) and is true, or changes nothing and is false. */
    replace(next: Request, expectedRevision: number): Promise<boolean>;
    /** Leaves that of it, and takes its ended grant and its finished reviews along. Doing it twice does no more. */
    prune(left: PrunedRequest): Promise<void>;
  };
  readonly audit: {
    /** Adds sequence, time, chain and leaf; several in one transaction keep their order. */
    append(event: AuditEvent): Promise<AuditRecord>;
    /** Puts these lines in the place of the records' own, and forgets what the records were found by. Doing it twice does no more. */
    prune(lines: readonly StoredLine[]): Promise<void>;
  };
  readonly prunings: {
    /** With its record, in one transaction: from then on its words are to go. */
    begin(seq: number): Promise<void>;
    end(seq: number, at: number): Promise<void>;
  };
  readonly leftovers: {
    /** At most so many of each kind that were over before then; how many there were, 0 when none is left. */
    prune(before: number, limit: number): Promise<number>;
  };
  readonly outbox: { put(message: OutboxMessage): Promise<void> };
  readonly jobs: JobReads & {
    /** The same id twice is one job; a later `dueAt` does not move an earlier one, and nothing changes its place in line. */
    put(job: Job): Promise<void>;
    /**
     * Compare-and-set: of these the ones that are due and in nobody else's hands are the claimant's until then. Which ones it got is
     * asked by `claimed` after the commit: so claims are written together with whatever else is written just then.
     */
    claim(ids: readonly string[], claim: Claim & { readonly now: number }): Promise<void>;
    /** Those of them that are still the claimant's are theirs until then, and their ids are answered. */
    renew(ids: readonly string[], claim: Claim): Promise<readonly string[]>;
    /** Done. Nothing happens to those that are somebody else's by now. */
    end(ids: readonly string[], by: string): Promise<void>;
    /** In line again at that time, in nobody's hands; nothing happens when it is somebody else's by now. */
    postpone(id: string, by: string, again: Again): Promise<void>;
    /** Takes every job out of every hand: right only when nobody else can be alive. */
    release(): Promise<void>;
  };
  readonly seen: {
    /** True the first time; false for a key already marked and not yet past `until`. */
    mark(key: string, until: number): Promise<boolean>;
  };
  readonly settings: {
    get(name: SettingName): Promise<Json | null>;
    set(name: SettingName, value: Json): Promise<void>;
  };
  readonly grants: GrantReads & {
    insert(grant: Grant): Promise<void>;
    /** Compare-and-set on `revision`, as for requests. */
    replace(next: Grant, expectedRevision: number): Promise<boolean>;
  };
  readonly grantTokens: GrantTokenReads & GrantTokenWrites;
  readonly reviews: ReviewReads & {
    insert(review: Review): Promise<void>;
    /** Compare-and-set on `revision`: stores `next` (whose revision is one more) and is true, or changes nothing and is false. */
    replace(next: Review, expectedRevision: number): Promise<boolean>;
  };
  readonly links: LinkReads & {
    /** False, and nothing changed, when the account or the subject has a link that has not ended. */
    insert(link: AccountLink): Promise<boolean>;
    /** Compare-and-set on `revision`, as for requests. Account and subject of a link never change, and an ended one stays so. */
    replace(next: AccountLink, expectedRevision: number): Promise<boolean>;
  };
  readonly signIns: SignInReads & {
    /** Those that ended an hour ago and longer are removed with it. */
    insert(signIn: SignIn): Promise<void>;
    /** Compare-and-set on `revision`, as for requests. */
    replace(next: SignIn, expectedRevision: number): Promise<boolean>;
  };
  readonly delegations: {
    insert(delegation: Delegation): Promise<void>;
    /** Compare-and-set: true when this ended it, false when it had ended before, by time or by somebody, or never was. */
    end(id: DelegationId, at: number): Promise<boolean>;
  };
  readonly digests: {
    get(userId: string): Promise<Digested | null>;
    /** Compare-and-set: `revision` is one more than what was read, 1 for a person without one; false changes nothing. */
    put(next: Digested): Promise<boolean>;
  };
  readonly leases: {
    /** True when this process holds it until then; taking again what one holds prolongs it. */
    take(name: LeaseName, until: number): Promise<boolean>;
    /** What somebody else holds stays theirs. */
    free(name: LeaseName): Promise<void>;
  };
  readonly locks: {
    /**
     * Takes all keys for the owner or none; taking again what one holds succeeds. Keys nest: `a:shop` conflicts with
     * `a:shop/deployment/checkout`. Answers null, or who holds the first that is taken.
     */
    take(keys: readonly string[], owner: RequestId): Promise<RequestId | null>;
    free(owner: RequestId): Promise<void>;
  };
}

/** How often links of accounts, and settings, were changed. */
export interface Changes {
  readonly links: number;
  readonly settings: number;
}

/** Offices that one process holds at a time. */
export type LeaseName = "outbox" | `socket-${1 | 2 | 3 | 4 | 5}`;

export interface ReviewReads {
  get(id: string): Promise<Review | null>;
  /** Oldest first, unless asked otherwise. */
  list(filter: ReviewFilter): Promise<readonly Review[]>;
}

export interface ReviewFilter {
  readonly state?: ReviewState;
  /** Only those that are no longer open. */
  readonly done?: boolean;
  readonly request?: RequestId;
  /** Uses of this person. */
  readonly human?: HumanId;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

export type SettingName = PlannedSetting | "signing-key-id" | "pruning-reached";

export interface LinkReads {
  /** Every link there is or was, oldest first. */
  all(): Promise<readonly AccountLink[]>;
}

export interface SignInReads {
  /** By the hash of the link's secret, or of the browser's. */
  byLink(linkHash: string): Promise<SignIn | null>;
  byBrowser(browserHash: string): Promise<SignIn | null>;
}

export interface RequestReads extends PrunedRequestReads {
  get(id: RequestId): Promise<Request | null>;
  list(filter: RequestFilter): Promise<readonly Request[]>;
  count(filter: Omit<RequestFilter, "limit">): Promise<number>;
  /**
   * Requests that are not over and where no message is known to have been sent: cards that wait to be posted, and those that were
   * and nobody recorded. The oldest first, from where the last page ended.
   */
  unplaced(of: {
    readonly after: Pick<Request, "createdAt" | "id"> | null;
    readonly limit: number;
  }): Promise<readonly Request[]>;
}

export interface RequestFilter {
  readonly states?: readonly RequestState[];
  readonly requesterUserId?: string;
  /** Requests whose card is in this channel, and thread when given. */
  readonly cardChannel?: string;
  readonly cardTs?: string;
  readonly askedChannel?: string;
  readonly askedTs?: string;
  /** Full name of an object that the plan changes. */
  readonly object?: string;
  /** Newest first; at most this many. */
  readonly limit: number;
}

export interface GrantReads {
  get(id: RequestId): Promise<Grant | null>;
  /** The newest first; at most `limit`. */
  list(filter: GrantFilter): Promise<readonly Grant[]>;
}

/** Of tokens that were made and wait to be handed over, what may be known without opening them. */
export interface GrantTokenReads {
  /** When the token that was made for this request ends; null when none waits. */
  expiresAt(request: RequestId): Promise<number | null>;
}

export interface GrantTokenWrites {
  /** Sealed under a key outside of the database. One for each request: the newest stays. */
  put(request: RequestId, issued: IssuedToken): Promise<void>;
  /** Opens and erases it; null when none waits. Throws when it does not open with the key. */
  take(request: RequestId): Promise<IssuedToken | null>;
  erase(request: RequestId): Promise<void>;
}

export interface GrantFilter {
  readonly states?: readonly GrantState[];
  readonly beneficiaryUserId?: string;
  readonly limit: number;
}

export interface AuditReads {
  /** Whole records: those whose words were pruned match nothing any more. */
  list(filter: AuditFilter): Promise<readonly AuditRecord[]>;
  /** The log as it is stored, pruned records too: the records' own lines, in order. */
  lines(after: { readonly afterSeq: number; readonly limit: number }): Promise<readonly StoredLine[]>;
  /** The newest record, or null for an empty log. */
  head(): Promise<AuditRecord | null>;
}

export interface StoredLine {
  readonly seq: number;
  readonly line: string;
}

export type OutboxClaim = "refused" | "claimed" | "taken-over";

export interface SentHow {
  /** Of a living message, what was put meanwhile may be sent from now on. */
  readonly living: boolean;
  /** It stands where no message of its key stood before. */
  readonly isNew: boolean;
  /**
   * While an earlier sending of a living message may still arrive (until `at`), its row stays, or the newer one that took its
   * place, to be sent once more then.
   */
  readonly again?: { readonly row: number; readonly at: number };
}

export interface OutboxReads {
  /**
   * What may be sent now, oldest first: of each channel at most so many, however long its line is. That one thing at a time is sent
   * to a channel is the caller's matter, who can leave out channels that nothing can be sent to yet.
   */
  due(now: number, perChannel: number, leftOut?: readonly string[]): Promise<readonly OutboxRow[]>;
  sent(key: string): Promise<SentMessage | null>;
  /** The key of a message by where it stands. */
  keyOf(channelId: string, ts: string): Promise<string | null>;
  /**
   * Compare-and-set: all of these are this process's to send until then; refused, and nothing claimed, when one is gone or in
   * another's hands. What one holds can be claimed again. Taken over: another one had one of them in hand, and its time ran out.
   */
  claim(ids: readonly number[], until: number): Promise<OutboxClaim>;
  /** All these rows went out as the one message, which is remembered under each one's key. */
  markSent(ids: readonly number[], sent: SentMessage, how: SentHow): Promise<void>;
  /** Tries again at that time; a newer form of the same living message waits as long, and shares its doubt. */
  markLater(
    row: Pick<OutboxRow, "id" | "key" | "living">,
    later: { readonly dueAt: number; readonly doubtUntil?: number },
  ): Promise<void>;
  /** Gives up on a row, with the reason kept. */
  markDropped(id: number, reason: string): Promise<void>;
  /** What only makes sure of a message that stands there counts from its time on. */
  backlog(): Promise<{ readonly count: number; readonly oldestCreatedAt: number | null }>;
}

export interface DelegationReads {
  /**
   * Those that count at that time, soonest end first. What another process changed may be missed for a second; what this one
   * committed, never.
   */
  inForce(now: number): Promise<readonly Delegation[]>;
}

export interface DigestReads {
  get(userId: string): Promise<Digested | null>;
  /** Of everybody who was told of something that may still wait. */
  loud(): Promise<readonly Digested[]>;
}

/** What one person was last told, in a direct message, that waits for them. */
export interface Digested {
  readonly userId: string;
  readonly revision: number;
  /** The outbox key of the message; null before the first. */
  readonly key: string | null;
  readonly openedAt: number;
  /** When something last made their phone ring. */
  readonly pingedAt: number;
  /** What the message shows; empty when nothing waits. */
  readonly requests: readonly RequestId[];
}

export type JobKind =
  | "execute"
  | "expire"
  | "remind"
  | "recover"
  | "follow-up"
  | "look-over"
  | "digest"
  | "grant-warn"
  | "grant-end"
  | "freeze-over"
  | "review"
  | "prune";

export interface Job {
  /** e.g. `remind:r-4k7m2qx:1` */
  readonly id: string;
  readonly kind: JobKind;
  readonly request: RequestId;
  readonly dueAt: number;
  /** Lock keys of what it works on: of jobs whose keys conflict one is under way, and they go in the order of their places. */
  readonly targets?: readonly string[];
}

/** A job as it stands in line. */
export interface StandingJob extends Job {
  /** Its place: when it was first to be done. */
  readonly since: number;
  /** How often in a row it failed. */
  readonly failures: number;
  /** In whose hands it is; over when the time is past. */
  readonly claim: Claim | null;
}

export interface Claim {
  readonly by: string;
  readonly until: number;
}

export interface Again {
  readonly at: number;
  readonly failures: number;
}

export interface JobFilter {
  readonly kinds: readonly JobKind[];
  /** Due by then; jobs in somebody's hands are among them. */
  readonly by: number;
  readonly limit: number;
}

export interface JobReads {
  due(now: number, limit: number): Promise<readonly Job[]>;
  /** Soonest due first. */
  standing(filter: JobFilter): Promise<readonly StandingJob[]>;
  /** Of these the ones that are in hand by exactly this claim. */
  claimed(ids: readonly string[], claim: Claim): Promise<readonly StandingJob[]>;
  /** When the next one is due, or null. */
  next(): Promise<number | null>;
  /** How many there are, and how many of them are due. */
  counts(now: number): Promise<{ readonly all: number; readonly due: number }>;
}

/** The store did not take or give what was asked: disk full, read-only, gone, or too slow. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
