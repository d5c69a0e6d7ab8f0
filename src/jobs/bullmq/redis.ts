// BullMQ on Redis: one server, one found by sentinels, or a cluster, each with one client that adds and one that fetches.
import { createRedisBackend, withBackend } from "bullmq";
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { type QueueSource, within } from "../queue.ts";
import { tellEviction } from "./eviction.ts";
import { hangUp, isSilence } from "./hang-up.ts";
import { openBullMq } from "./open.ts";
import type { RedisAddress } from "./redis-address.ts";

export interface RedisQueueOptions {
  readonly address: RedisAddress;
  /** Before every key, so that several bots may share a Redis. */
  readonly prefix: string;
}

const connectWithinMs = 5_000;
const answerWithinMs = 2_000;

/** Adding must fail at once when Redis is away: the store knows what is due. */
const adding = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: answerWithinMs } as const;
/** BullMQ's workers wait for Redis to come back. */
const fetching = { maxRetriesPerRequest: null } as const;

export function redisQueue({ address, prefix }: RedisQueueOptions): QueueSource {
  return {
    what: `Redis at ${address.where}`,
    async open(needs) {
      const made: RedisClient[] = [];
      let told = "";
      const evicts = (policy: string): void => {
        if (told === policy) return;
        told = policy;
        needs.log.warn("Redis throws keys away when it is full: jobs may come later, and none is lost", {
          where: address.where,
          policy,
          mend: "set maxmemory-policy noeviction there",
        });
      };
      const end = async (): Promise<void> => {
        for (const client of made) client.disconnect();
      };
      try {
        const says = (error: Error): void => needs.log.debug("Redis had trouble", { says: error.message });
        const heard = { says, evicts };
        const producer = await connected(keep(made, redisClient(address, adding), heard));
        const consumer = await connected(keep(made, redisClient(address, fetching), heard));
        const classes = withBackend(createRedisBackend);
        // BullMQ's scripts touch several keys at once: in a cluster they must lie together.
        const before = address.kind === "cluster" ? `{${prefix}}` : prefix;
        const check = async (): Promise<void> => {
          try {
            await producer.set(`${before}:alive`, "1", "PX", 60_000);
          } catch (error) {
            if (isSilence(error)) hangUp(made);
            throw error;
          }
        };
        return await openBullMq({ classes, producer, consumer, prefix: before, bulkFrom: 2, check, end }, needs);
      } catch (error) {
        await end();
        throw withoutCommand(error);
      }
    },
  };
}

export type RedisClient = Redis | Cluster;

/** Not connected yet. */
export function redisClient(
  address: RedisAddress,
  how: Pick<RedisOptions, "maxRetriesPerRequest" | "enableOfflineQueue" | "commandTimeout">,
): RedisClient {
  const { kind, nodes, master, db, login, sentinelLogin, tls } = address;
  const retry = (times: number): number => Math.min(100 * 2 ** Math.min(times, 5), 2_000);
  const common: RedisOptions = {
    ...how,
    ...loginOf(login),
    ...(tls === null ? {} : { tls }),
    db,
    lazyConnect: true,
    connectTimeout: connectWithinMs,
    keepAlive: 10_000,
    retryStrategy: retry,
    // After a failover the old master is a replica that takes no writes.
    reconnectOnError: (error) => (error.message.startsWith("READONLY") ? 2 : false),
  };
  if (kind === "cluster") {
    const { enableOfflineQueue = true } = how;
    const options: ClusterOptions = {
      ...{ lazyConnect: true, enableOfflineQueue, clusterRetryStrategy: retry },
      redisOptions: common,
      // By name, since certificates are made out to names.
      ...(tls === null ? {} : { dnsLookup: (host, done) => done(null, host) }),
    };
    return new Cluster([...nodes], options);
  }
  if (kind === "single") return new Redis({ ...common, ...nodes[0] });
  const { username, password } = loginOf(sentinelLogin);
  return new Redis({
    ...common,
    ...{ sentinels: [...nodes], name: master, sentinelRetryStrategy: retry },
    // One that hangs must not keep from asking the next.
    sentinelCommandTimeout: answerWithinMs,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === null ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  });
}

function loginOf({ user, password }: RedisAddress["login"]): { username?: string; password?: string } {
  const secret = password();
  return { ...(user === null ? {} : { username: user }), ...(secret === null ? {} : { password: secret }) };
}

interface Heard {
  readonly says: (error: Error) => void;
  readonly evicts: (policy: string) => void;
}

/** Its copies too, which BullMQ makes for fetching: all are ended, whatever BullMQ is waiting for. */
function keep(made: RedisClient[], client: RedisClient, heard: Heard): RedisClient {
  note(made, client, heard);
  if (client instanceof Redis) {
    const copy = client.duplicate.bind(client);
    client.duplicate = (over) => note(made, copy(over), heard);
  } else {
    const copy = client.duplicate.bind(client);
    client.duplicate = (...args: Parameters<Cluster["duplicate"]>) => note(made, copy(...args), heard);
  }
  return client;
}

function note<C extends RedisClient>(made: RedisClient[], client: C, { says, evicts }: Heard): C {
  made.push(client);
  client.on("error", says);
  tellEviction(client, evicts);
  return client;
}

/** An error of ioredis carries the command that failed, with the password where that was AUTH. */
export function withoutCommand(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : String(error));
}

/** Throws what the first try ran into. */
async function connected<C extends RedisClient>(client: C): Promise<C> {
  let last: Error | null = null;
  const note = (error: Error): void => {
    last = error;
  };
  client.on("error", note);
  try {
    await within(2 * connectWithinMs, "connecting to Redis", client.connect());
  } catch (error) {
    throw last ?? error;
  } finally {
    client.off("error", note);
  }
  return client;
}
