// The store's port over one backend's reads and transactions: the same words on SQLite and on PostgreSQL.
import type { RequestId } from "../core/ids.ts";
import type { OutboxMessage } from "../core/outbox.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Job, Store, Tx } from "../core/ports/store.ts";
import type { Request } from "../core/request.ts";
import { append, auditReads, prune, type SealRecord } from "./audit.ts";
import { readChanges } from "./changes.ts";
import { endDelegation, insertDelegation, keptDelegations } from "./delegations.ts";
import type { Database } from "./dialect.ts";
import { digestReads, putDigest } from "./digests.ts";
import { grantTokenReads, grantTokensIn } from "./grant-tokens.ts";
import { grantReads, insertGrant, replaceGrant } from "./grants.ts";
import { claimJobs, endJobs, jobReads, postponeJob, putJob, releaseJobs, renewJobs } from "./jobs.ts";
import { freeLease, takeLease } from "./leases.ts";
import { leftoverReads, pruneLeftovers } from "./leftovers.ts";
import { insertLink, linkReads, replaceLink } from "./links.ts";
import { freeLocks, takeLocks } from "./locks.ts";
import { outboxOn, putMessages } from "./outbox.ts";
import { pruneRequest } from "./pruned-requests.ts";
import { beginPruning, endPruning, pruningReads } from "./prunings.ts";
import { insertRequest, replaceRequest, requestReads } from "./requests.ts";
import { insertReview, replaceReview, reviewReads } from "./reviews.ts";
import type { Sealer } from "./sealing.ts";
import { markSeen } from "./seen.ts";
import { readSetting, writeSetting } from "./settings.ts";
import { insertSignIn, replaceSignIn, signInReads } from "./sign-ins.ts";
import type { Transaction, Writes } from "./under-way.ts";

export interface Wrote {
  readonly audit: number;
  readonly jobs: number;
  readonly outbox: number;
  /** The jobs that were put, so that they can be started or queued without reading them again. */
  readonly put: readonly Job[];
}

export interface StoreOptions {
  readonly clock: Clock;
  /** `sealRecord` of `audit/chain.ts`: the two folders do not know each other. */
  readonly seal: SealRecord;
  /** Told after each commit that wrote any of these, so that nobody needs to poll. Must not throw. */
  readonly committed?: (wrote: Wrote) => void;
  /** Told before anything is written into a log that lacks records which this process saw in it. Must not throw. */
  readonly wentBack?: (loss: Loss) => void;
}

/** A standby that never got the last records took over, or a backup was put back under the running process. */
export interface Loss {
  readonly why: string;
  /** How many records the log holds now. */
  readonly size: number;
}

export interface Backend {
  readonly writer: Writes;
  /** Reads outside transactions: each sees the last commit. */
  readonly database: Database;
  readonly sealer: Sealer;
  /** No other process can have it open. */
  readonly exclusive: boolean;
  /** See `Store.overwrite`. */
  overwrite(): Promise<void>;
  /** After what was begun before has ended. */
  close(): Promise<void>;
}

/** What is this process's alone. */
interface Holding extends Sealer {
  /** Under which it holds leases and claims. */
  readonly holder: string;
  /** Where the jobs that are put are kept until the commit. */
  readonly put: Job[];
  /** What goes to Slack once the work is done, all in one. */
  readonly messages: OutboxMessage[];
}

export function storeOn(backend: Backend, options: StoreOptions): Store {
  const { writer, database, sealer, exclusive } = backend;
  const holder = Buffer.from(sealer.random(9)).toString("base64url");
  const delegations = keptDelegations(database);
  return {
    exclusive,
    async transact(work) {
      const put: Job[] = [];
      let wrote: Transaction["wrote"] = { audit: 0, jobs: 0, outbox: 0, delegations: 0 };
      const value = await writer
        .transact(async (transaction) => {
          wrote = transaction.wrote;
          const messages: OutboxMessage[] = [];
          const value = await work(txOn(transaction, options, { ...sealer, holder, put, messages }));
          putMessages(transaction, messages, options.clock.now());
          return value;
        })
        // Of a failed transaction too: the commit may have been under way when it was given up.
        .finally(() => {
          if (wrote.delegations > 0) delegations.forget();
        });
      if (wrote.audit + wrote.jobs + wrote.outbox > 0) options.committed?.({ ...wrote, put });
      return value;
    },
    requests: requestReads(database, sealer.key),
    audit: auditReads(database),
    prunings: pruningReads(database),
    leftovers: leftoverReads(database),
    overwrite: () => backend.overwrite(),
    outbox: outboxOn(database, writer, { holder, exclusive, now: () => options.clock.now() }),
    jobs: jobReads(database),
    settings: { get: (name) => readSetting(database, name) },
    grants: grantReads(database),
    grantTokens: grantTokenReads(database),
    reviews: reviewReads(database),
    links: linkReads(database),
    signIns: signInReads(database, sealer.key),
    delegations: { inForce: (now) => delegations.inForce(now) },
    digests: digestReads(database),
    changes: () => readChanges(database),
    async close() {
      await writer.settle();
      await backend.close();
    },
  };
}

function txOn(transaction: Transaction, { clock, seal }: StoreOptions, sealer: Holding): Tx {
  const read = new Map<RequestId, Request>();
  const reads = lazyReads(transaction, sealer.key);
  return {
    requests: {
      ...reads,
      async get(id) {
        const found = await reads.get(id);
        if (found !== null) read.set(id, found);
        return found;
      },
      insert: (request) => insertRequest(transaction, request, sealer),
      replace: (next, expectedRevision) =>
        replaceRequest(transaction, { next, before: read.get(next.id), expectedRevision, sealer }),
      prune: async (left) => pruneRequest(transaction, left),
    },
    audit: {
      append: (event) => append(transaction, event, { seal, now: clock.now() }),
      prune: async (lines) => prune(transaction, lines),
    },
    prunings: {
      begin: async (seq) => beginPruning(transaction, seq),
      end: async (seq, at) => endPruning(transaction, seq, at),
    },
    leftovers: { prune: (before, limit) => pruneLeftovers(transaction, before, limit) },
    outbox: { put: async (message) => void sealer.messages.push(message) },
    jobs: {
      due: (now, limit) => jobReads(transaction.database).due(now, limit),
      standing: (filter) => jobReads(transaction.database).standing(filter),
      next: () => jobReads(transaction.database).next(),
      counts: (now) => jobReads(transaction.database).counts(now),
      claimed: (ids, claim) => jobReads(transaction.database).claimed(ids, claim),
      put: async (job) => {
        putJob(transaction, job);
        sealer.put.push(job);
      },
      claim: async (ids, claim) => claimJobs(transaction, ids, claim),
      renew: (ids, claim) => renewJobs(transaction, ids, claim),
      end: async (ids, by) => endJobs(transaction, ids, by),
      postpone: async (id, by, again) => postponeJob(transaction, id, { by, again }),
      release: async () => releaseJobs(transaction),
    },
    seen: { mark: (key, until) => markSeen(transaction, { key, until, now: clock.now() }) },
    settings: {
      get: (name) => readSetting(transaction.database, name),
      set: async (name, value) => writeSetting(transaction, name, value),
    },
    grants: {
      get: (id) => grantReads(transaction.database).get(id),
      list: (filter) => grantReads(transaction.database).list(filter),
      insert: async (grant) => insertGrant(transaction, grant),
      replace: (next, expectedRevision) => replaceGrant(transaction, { next, expectedRevision }),
    },
    grantTokens: grantTokensIn(transaction, sealer),
    reviews: {
      get: (id) => reviewReads(transaction.database).get(id),
      list: (filter) => reviewReads(transaction.database).list(filter),
      insert: async (review) => insertReview(transaction, review),
      replace: (next, expectedRevision) => replaceReview(transaction, next, expectedRevision),
    },
    links: {
      all: () => linkReads(transaction.database).all(),
      insert: (link) => insertLink(transaction, link),
      replace: (next, expectedRevision) => replaceLink(transaction, next, expectedRevision),
    },
    signIns: {
      byLink: (hash) => signInReads(transaction.database, sealer.key).byLink(hash),
      byBrowser: (hash) => signInReads(transaction.database, sealer.key).byBrowser(hash),
      insert: async (signIn) => insertSignIn(transaction, { signIn, now: clock.now(), sealer }),
      replace: (next, expected) => replaceSignIn(transaction, { next, expected, sealer }),
    },
    delegations: {
      insert: async (delegation) => insertDelegation(transaction, delegation),
      end: (id, at) => endDelegation(transaction, id, at),
    },
    digests: {
      get: (userId) => digestReads(transaction.database).get(userId),
      put: (next) => putDigest(transaction, next),
    },
    leases: {
      take: (name, until) => takeLease(transaction, { name, holder: sealer.holder, until, now: clock.now() }),
      free: async (name) => freeLease(transaction, name, sealer.holder),
    },
    locks: {
      take: (keys, owner) => takeLocks(transaction, keys, owner),
      free: async (owner) => freeLocks(transaction, owner),
    },
  };
}

/** Most transactions that append never ask for a request: the reads are made when they are used. */
function lazyReads(transaction: Transaction, key: Uint8Array): ReturnType<typeof requestReads> {
  const reads = () => requestReads(transaction.database, key);
  return {
    get: (id) => reads().get(id),
    list: (filter) => reads().list(filter),
    count: (filter) => reads().count(filter),
    unplaced: (of) => reads().unplaced(of),
    pruned: (id) => reads().pruned(id),
    standing: (ids) => reads().standing(ids),
    over: (filter) => reads().over(filter),
  };
}
