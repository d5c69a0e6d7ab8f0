// Opens the store of a data directory: one process, one file, everything durable when it says so.
import { chmodSync, mkdirSync } from "node:fs";
import type { RandomBytes } from "../core/ids.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Job, Store, Tx } from "../core/ports/store.ts";
import { append, auditReads, type SealRecord } from "./audit.ts";
import { endDelegation, insertDelegation, keptDelegations } from "./delegations.ts";
import { databaseOn } from "./dialect.ts";
import { digestReads, putDigest } from "./digests.ts";
import { grantTokenReads, grantTokensIn } from "./grant-tokens.ts";
import { grantReads, insertGrant, replaceGrant } from "./grants.ts";
import { claimJobs, endJobs, jobReads, postponeJob, putJob, releaseJobs, renewJobs } from "./jobs.ts";
import { requestsKey } from "./keys.ts";
import { Link } from "./link.ts";
import { insertLink, linkReads, replaceLink } from "./links.ts";
import { freeLocks, takeLocks } from "./locks.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { outboxOn, putMessage } from "./outbox.ts";
import { insertRequest, replaceRequest, requestReads } from "./requests.ts";
import { insertReview, replaceReview, reviewReads } from "./reviews.ts";
import type { Sealer } from "./sealing.ts";
import { markSeen } from "./seen.ts";
import { readSetting, writeSetting } from "./settings.ts";
import { insertSignIn, replaceSignIn, signInReads } from "./sign-ins.ts";
import type { Transaction } from "./transaction.ts";
import { Writer } from "./writer.ts";

export interface OpenStoreOptions {
  /** Made with mode 0700 when it is not there. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** `sealRecord` of `audit/chain.ts`: the two folders do not know each other. */
  readonly seal: SealRecord;
  /** Told after each commit that wrote any of these, so that nobody needs to poll. Must not throw. */
  readonly committed?: (wrote: Wrote) => void;
  /** A disk that does not answer for so long is taken for gone. Default 2,500. */
  readonly deadlineMs?: number;
  /** No transaction begins with less free space. Default 64 MiB. */
  readonly minFreeBytes?: number;
  /** For tests of a full disk: the database may not grow over so many pages. */
  readonly maxPages?: number;
  /** For tests of a hanging disk: handed the word that, when not zero, makes the database's thread stand still. */
  readonly onHangSwitch?: (hang: (on: boolean) => void) => void;
}

export interface Wrote {
  readonly audit: number;
  readonly jobs: number;
  readonly outbox: number;
  /** The jobs that were put, so that they can be started or queued without reading them again. */
  readonly put: readonly Job[];
}

/**
 * Throws `StoreInUse` when another process has the directory open, `StoreUnavailable` when the file cannot be opened, and
 * an Error when a newer version wrote it.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { directory, clock, log } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    chmodSync(directory, 0o700);
  } catch {
    log.warn("data directory belongs to somebody else: its mode was left as it is", { directory });
  }
  const link = await Link.open({
    directory,
    log,
    deadlineMs: options.deadlineMs ?? 2_500,
    minFreeBytes: options.minFreeBytes ?? 64 * 1024 * 1024,
    busyTimeoutMs: 1_000,
    maxPages: options.maxPages ?? null,
  });
  options.onHangSwitch?.((on) => link.standStill(on));
  try {
    await migrate(link, migrations, clock.now());
    return storeOn(link, options, { key: requestsKey(directory, options.random), random: options.random });
  } catch (error) {
    await link.close();
    throw error;
  }
}

function storeOn(link: Link, options: OpenStoreOptions, sealer: Sealer): Store {
  const writer = new Writer(link);
  const database = databaseOn(async (statement) => {
    const [result] = await link.send({ to: "reader", begin: false, end: "none", statements: [statement] });
    if (result === undefined) throw new Error("the database gave no result");
    return result;
  });
  const delegations = keptDelegations(database);
  return {
    async transact(work) {
      const put: Job[] = [];
      let wrote: Transaction["wrote"] = { audit: 0, jobs: 0, outbox: 0, delegations: 0 };
      const value = await writer
        .transact((transaction) => {
          wrote = transaction.wrote;
          return work(txOn(transaction, options, { sealer, put }));
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
    outbox: outboxOn(database, writer),
    jobs: jobReads(database),
    settings: { get: (name) => readSetting(database, name) },
    grants: grantReads(database),
    grantTokens: grantTokenReads(database),
    reviews: reviewReads(database),
    links: linkReads(database),
    signIns: signInReads(database),
    delegations: { inForce: (now) => delegations.inForce(now) },
    digests: digestReads(database),
    async close() {
      await writer.settle();
      await link.close();
    },
  };
}

interface TxNeeds {
  readonly sealer: Sealer;
  /** Where the jobs that are put are kept until the commit. */
  readonly put: Job[];
}

function txOn(transaction: Transaction, { clock, seal }: OpenStoreOptions, { sealer, put }: TxNeeds): Tx {
  return {
    requests: {
      ...lazyReads(transaction, sealer.key),
      insert: (request) => insertRequest(transaction, request, sealer),
      replace: (next, expectedRevision) => replaceRequest(transaction, { next, expectedRevision, sealer }),
    },
    audit: { append: (event) => append(transaction, event, { seal, now: clock.now() }) },
    outbox: { put: async (message) => putMessage(transaction, message, clock.now()) },
    jobs: {
      due: (now, limit) => jobReads(transaction.database).due(now, limit),
      standing: (filter) => jobReads(transaction.database).standing(filter),
      next: () => jobReads(transaction.database).next(),
      put: async (job) => {
        putJob(transaction, job);
        put.push(job);
      },
      claimed: (ids, claim) => jobReads(transaction.database).claimed(ids, claim),
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
      byLink: (hash) => signInReads(transaction.database).byLink(hash),
      byBrowser: (hash) => signInReads(transaction.database).byBrowser(hash),
      insert: async (signIn) => insertSignIn(transaction, signIn, clock.now()),
      replace: (next, expectedRevision) => replaceSignIn(transaction, next, expectedRevision),
    },
    delegations: {
      insert: async (delegation) => insertDelegation(transaction, delegation),
      end: (id, at) => endDelegation(transaction, id, at),
    },
    digests: {
      get: (userId) => digestReads(transaction.database).get(userId),
      put: (next) => putDigest(transaction, next),
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
  };
}
