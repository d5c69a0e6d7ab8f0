// Looks at a Redis as an operator would: whether it answers, how new it is, and whether it would throw jobs away.
import { within } from "../queue.ts";
import { redisClient, withoutCommand } from "./redis.ts";
import type { RedisAddress } from "./redis-address.ts";

export interface ExaminedRedis {
  /** Redis's version, or that of what stands in for it. */
  readonly version: string;
  readonly isNewEnough: boolean;
  /** `noeviction` is what keeps jobs. */
  readonly evictionPolicy: string;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
}

const leastVersion = [6, 2] as const;
const withinMs = 5_000;

/** Throws when nobody answers there, or not to us. */
export async function examineRedis(address: RedisAddress): Promise<ExaminedRedis> {
  const client = redisClient(address, { maxRetriesPerRequest: 1, enableOfflineQueue: false });
  let trouble: Error | null = null;
  client.on("error", (error: Error) => {
    trouble = error;
  });
  try {
    await within(withinMs, "connecting to Redis", client.connect());
    return examined(await within(withinMs, "asking Redis", client.info()));
  } catch (error) {
    throw withoutCommand(trouble ?? error);
  } finally {
    client.disconnect();
  }
}

/** Pure. What INFO says (redis.io/docs/latest/commands/info). */
export function examined(info: string): ExaminedRedis {
  const fields = new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
  const version = fields.get("valkey_version") ?? fields.get("redis_version") ?? "unknown";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = leastVersion;
  return {
    version,
    isNewEnough: major > leastMajor || (major === leastMajor && minor >= leastMinor),
    evictionPolicy: fields.get("maxmemory_policy") ?? "unknown",
    usedBytes: Number(fields.get("used_memory") ?? 0),
    maxBytes: Number(fields.get("maxmemory") ?? 0),
  };
}
