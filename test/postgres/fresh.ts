// A database of its own for each test, and stores on it.
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import pg from "pg";
import { sealRecord } from "../../src/audit/chain.ts";
import { localClock } from "../../src/clock.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { addressIn } from "../../src/store/postgres/address.ts";
import { type ReachedDatabase, reachDatabase } from "../../src/store/postgres/open.ts";
import type { PostgresSettings } from "../../src/store/postgres/settings.ts";
import type { StoreOptions } from "../../src/store/store-on.ts";
import { random, silent, temporaryDirectory } from "../store/samples.ts";

/** The tier's server. Throws with what to run where there is none: these tests are never skipped. */
export function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url !== undefined && url !== "") return url;
  throw new Error(
    "No database server: run these tests by npm run test:postgres, or name a server in TEST_DATABASE_URL.",
  );
}

/** The address of a new, empty database, which goes after the test. */
export async function freshDatabase(t: Pick<TestContext, "after">, server = serverUrl()): Promise<string> {
  const name = `cs_${randomBytes(6).toString("hex")}`;
  await sql(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  t.after(() => sql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements as somebody else on the server would. */
export async function sql(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function settingsFor(url: string, over: Partial<PostgresSettings> = {}): PostgresSettings {
  return {
    address: addressIn(url, "DATABASE_URL"),
    connections: 3,
    connectWithinMs: 5_000,
    answerWithinMs: 5_000,
    lockWithinMs: 5_000,
    idleWithinMs: 5_000,
    ...over,
  };
}

export async function reached(url: string, over: Partial<PostgresSettings> = {}): Promise<ReachedDatabase> {
  return reachDatabase({ settings: settingsFor(url, over), name: "DATABASE_URL", local: localClock, log: silent });
}

export interface FreshOptions extends Partial<PostgresSettings> {
  readonly clock?: Clock;
  readonly directory?: string;
  readonly seal?: StoreOptions["seal"];
  readonly committed?: StoreOptions["committed"];
  readonly wentBack?: StoreOptions["wentBack"];
}

/** A store on the database, closed after the test. Without a clock, the database's. */
export async function storeAt(t: Pick<TestContext, "after">, url: string, options: FreshOptions = {}): Promise<Store> {
  const { clock, directory = temporaryDirectory(t), seal = sealRecord, committed, wentBack, ...over } = options;
  const database = await reached(url, over);
  // Of one whose store did not open, too.
  t.after(() => database.close());
  const store = await database.open({
    clock: clock ?? database.clock,
    directory,
    random,
    seal,
    ...(committed && { committed }),
    ...(wentBack && { wentBack }),
  });
  t.after(() => store.close());
  return store;
}
