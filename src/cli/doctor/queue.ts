// Whether the queue that replicas share can be used, and would keep what it is given.
import type { ExaminedRedis } from "../../jobs/bullmq/examine.ts";
import type { ExaminedSchema } from "../../jobs/bullmq/examine-postgres.ts";
import { type RedisAddress, redisAddressIn } from "../../jobs/bullmq/redis-address.ts";
import { queueDatabaseOf } from "../../main/database.ts";
import { type Check, type Finding, fail, ok, type Patient, warn } from "./finding.ts";

const what = "queue";

export const checkQueue: Check = async ({ config, secrets, database }) => {
  const { redisUrlFrom, redisCaFile } = config.jobs;
  const url = secrets.named?.(redisUrlFrom) ?? "";
  if (url === "" && database !== null) return inDatabase(database);
  if (url === "") return [ok(what, `${redisUrlFrom} is not set: no Redis is used.`)];
  let address: RedisAddress;
  try {
    address = redisAddressIn(url, redisUrlFrom, redisCaFile);
  } catch (error) {
    return [fail(what, says(error), `Set ${redisUrlFrom} to the address of your Redis, or unset it.`)];
  }
  const { examineRedis } = await import("../../jobs/bullmq/examine.ts");
  try {
    return [...queueFindings(await examineRedis(address), address), ...wayTo(address)];
  } catch (error) {
    return [
      fail(
        what,
        `Redis at ${address.where} does not answer: ${says(error)}`,
        `Start it, or mend ${redisUrlFrom}. The bot works without it meanwhile, from its store, and a little later.`,
      ),
    ];
  }
};

/** Whether the database answers, and to whom, is said by its own check. */
async function inDatabase(database: NonNullable<Patient["database"]>): Promise<readonly Finding[]> {
  const { examinePostgresQueue, fits } = await import("../../jobs/bullmq/examine-postgres.ts");
  const seen = await examinePostgresQueue(queueDatabaseOf(database));
  return [schemaFinding(seen, seen.kind === "there" ? fits(seen) : "yes")];
}

/** Pure. */
export function schemaFinding(seen: ExaminedSchema, fit: "yes" | "older" | "newer"): Finding {
  if (seen.kind === "none")
    return seen.mayMake
      ? ok(what, "It will lie in the database, in the schema bullmq, which is made at the first start.")
      : fail(
          what,
          "The schema bullmq is not in the database, and the user may not make it.",
          "GRANT CREATE ON DATABASE … to the user, or make the schema for it: CREATE SCHEMA bullmq AUTHORIZATION …",
        );
  if (!seen.mayUse)
    return fail(
      what,
      "The schema bullmq belongs to another user, and ours may not use it.",
      "Make ours its owner: ALTER SCHEMA bullmq OWNER TO …, and of its tables. Jobs are found in the store meanwhile.",
    );
  if (fit === "newer")
    return fail(
      what,
      `The schema bullmq was made by BullMQ ${seen.needs}, which is newer than this bot's.`,
      "Start the newer version, or drop the schema: it only holds hints, and is made anew.",
    );
  const version = `its tables are of version ${seen.version}`;
  return ok(
    what,
    `It lies in the database, in the schema bullmq: ${version}${fit === "older" ? ", and brought up to date at the next start" : ""}.`,
  );
}

/** Pure. */
export function queueFindings(redis: ExaminedRedis, { where }: Pick<RedisAddress, "where">): readonly Finding[] {
  const { version, isNewEnough, evictionPolicy, usedBytes, maxBytes } = redis;
  const findings: Finding[] = [];
  if (!isNewEnough)
    findings.push(fail(what, `Redis at ${where} is ${version}.`, "Use Redis 6.2 or newer: BullMQ needs it."));
  if (evictionPolicy !== "noeviction")
    findings.push(
      fail(
        what,
        `Redis at ${where} throws keys away when it is full (maxmemory-policy ${evictionPolicy}).`,
        "Set maxmemory-policy noeviction there; nothing is lost meanwhile, but jobs come later.",
      ),
    );
  if (maxBytes > 0 && usedBytes > maxBytes * 0.9)
    findings.push(
      warn(
        what,
        `Redis at ${where} is nearly full: ${mib(usedBytes)} of ${mib(maxBytes)} MiB.`,
        "Give it more memory, or see who else uses it: the bot needs a few MiB.",
      ),
    );
  if (findings.length > 0) return findings;
  return [ok(what, `Redis at ${where} answers: version ${version}, maxmemory-policy noeviction.`)];
}

/** In the clear and away from this machine anybody on the way can read the password. */
function wayTo({ tls, nodes, where }: RedisAddress): readonly Finding[] {
  const isHere = nodes.every(({ host }) => host === "localhost" || host === "::1" || host.startsWith("127."));
  if (tls !== null || isHere) return [];
  return [
    warn(what, `Redis at ${where} is reached in the clear.`, "Use rediss:// unless the network between is yours."),
  ];
}

function mib(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

function says(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
