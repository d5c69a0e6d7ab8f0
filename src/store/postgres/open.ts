// Opens a store on PostgreSQL: connected, looked at, migrated, with one lane to write and a pool to read.
import pg from "pg";
import type { RandomBytes } from "../../core/ids.ts";
import type { Log } from "../../core/ports/log.ts";
import { type Store, StoreUnavailable } from "../../core/ports/store.ts";
import { databaseOn } from "../dialect.ts";
import { requestsKey } from "../keys.ts";
import type { Statement, StatementResult } from "../messages.ts";
import { migrations } from "../migrations/index.ts";
import { type Loss, type StoreOptions, storeOn } from "../store-on.ts";
import type { Address } from "./address.ts";
import { askOn, type DatabaseClock, type LocalClock, startClock } from "./clock.ts";
import { postgres } from "./dialect.ts";
import { examineDatabase } from "./examine.ts";
import { faultOf } from "./faults.ts";
import { Lane } from "./lane.ts";
import { lookUpOn } from "./look-up.ts";
import { migrateOn } from "./migrate.ts";
import { cannotConnect } from "./refusals.ts";
import { sameKey } from "./same-key.ts";
import { sendOne } from "./send.ts";
import { type PostgresSettings, poolConfig } from "./settings.ts";

export interface PostgresOptions {
  readonly settings: PostgresSettings;
  /** What the address came from: the variable that sentences name. */
  readonly name: string;
  readonly local: LocalClock;
  readonly log: Log;
}

export interface ReachedDatabase {
  /** The database's time: the one that counts for every replica. */
  readonly clock: DatabaseClock;
  /** Migrates and opens. Throws when the keys of `directory` are not those that the database was written with. */
  open(options: OpenOnPostgres): Promise<Store>;
  /** The store that was opened closes it too; twice is once. */
  close(): Promise<void>;
}

export interface OpenOnPostgres extends StoreOptions {
  /** Where the keys are: the same ones for every replica. */
  readonly directory: string;
  readonly random: RandomBytes;
}

/** Throws `StoreUnavailable` with the sentence for whoever starts the bot. */
export async function reachDatabase(options: PostgresOptions): Promise<ReachedDatabase> {
  const { settings, local, log } = options;
  const { refusal, fsync } = await examineDatabase(options);
  if (refusal !== null) throw new StoreUnavailable(refusal);
  if (!fsync) log.warn("the database runs with fsync = off: a crash of its machine loses what was promised");
  const reads = poolOn(settings, { max: Math.max(1, settings.connections - 1), pipeline: false }, log);
  const clock = await startClock(askOn(reads), local, log).catch(async (error: unknown) => {
    await ended(reads, local);
    throw faultOf(error, settings.address.where);
  });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= clock.close().then(() => ended(reads, local));
    return closing;
  };
  return { clock, open: (how) => openOn(options, { ...how, reads, close }), close };
}

const goodbyeMs = 2_000;
/** At a start much is done at once: a busy process must not be taken for a database that is away. */
const firstConnectionMs = 10_000;

/** A connection of its own, without the deadlines of daily work: to look, migrate and move. */
export async function alone<T>(
  { settings, name, local }: Pick<PostgresOptions, "settings" | "name" | "local">,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { address, connectWithinMs } = settings;
  const patient = { ...settings, answerWithinMs: 600_000, lockWithinMs: 60_000, idleWithinMs: 60_000 };
  const client = new pg.Client({
    ...poolConfig(patient, { max: 1, pipeline: true }),
    connectionTimeoutMillis: Math.max(connectWithinMs, firstConnectionMs),
  });
  // An error without a statement is one of the next statement.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await ended(client, local);
    throw cannotConnect(error, address, name);
  }
  try {
    return await work(client);
  } finally {
    await ended(client, local);
  }
}

/** A goodbye that nobody answers is not waited for: the sockets go with the process. */
async function ended(what: { end(): Promise<void> }, clock: Pick<LocalClock, "wait">): Promise<void> {
  const stop = new AbortController();
  const end = what.end().catch(() => undefined);
  await Promise.race([end.finally(() => stop.abort()), clock.wait(goodbyeMs, stop.signal)]);
}

function poolOn(
  settings: PostgresSettings,
  of: { readonly max: number; readonly pipeline: boolean },
  log: Log,
): pg.Pool {
  const pool = new pg.Pool(poolConfig(settings, of));
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => log.debug("an idle connection to the database ended", { why: error.message }));
  return pool;
}

interface Opening extends OpenOnPostgres {
  readonly reads: pg.Pool;
  readonly close: () => Promise<void>;
}

async function openOn(options: PostgresOptions, { reads, close, ...how }: Opening): Promise<Store> {
  const { settings, local, log } = options;
  const { where } = settings.address;
  const sealer = { key: requestsKey(how.directory, how.random), random: how.random };
  await alone(options, async (client) => {
    const done = await migrateOn(client, migrations, how.clock.now()).catch((error: unknown) => {
      throw rightsMissing(error, settings.address) ?? error;
    });
    for (const migration of done) log.info("the database was migrated", { migration });
    await sameKey(client, sealer.key, how.directory);
  });
  const pool = poolOn(settings, { max: 1, pipeline: true }, log);
  const lookUp = lookUpOn({ pool, clock: local, tries: 4, pauseMs: 500 });
  const wentBack = (loss: Loss): void => how.wentBack?.(loss);
  const writer = new Lane({ pool, where, log, lookUp, wentBack });
  const database = databaseOn((statement) => readOn(reads, statement, where), postgres);
  const end = async (): Promise<void> => {
    await ended(pool, local);
    await close();
  };
  // Space that is freed is overwritten by the server's own vacuum, in its own time.
  const overwrite = async (): Promise<void> => undefined;
  return storeOn({ writer, database, sealer, exclusive: false, overwrite, close: end }, how);
}

async function readOn(pool: pg.Pool, statement: Statement, where: string): Promise<StatementResult> {
  let client: pg.PoolClient | null = null;
  try {
    client = await pool.connect();
    const result = await sendOne(client, statement);
    client.release();
    return result;
  } catch (error) {
    client?.release(true);
    throw faultOf(error, where);
  }
}

/** The sentence for a user that may not make tables; null for any other error. */
export function rightsMissing(error: unknown, address: Pick<Address, "user" | "where">): Error | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code !== "42501") return null;
  return new StoreUnavailable(
    `${address.user} may not make tables in the database ${address.where}: GRANT CREATE ON SCHEMA public TO the user, or make the database its own.`,
    { cause: error },
  );
}
