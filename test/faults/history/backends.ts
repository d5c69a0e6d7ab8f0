// What the bot keeps its record in: every part of the programme that is about the record runs on each of these.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { sealRecord } from "../../../src/audit/chain.ts";
import { exportLines } from "../../../src/audit/export.ts";
import { systemClock } from "../../../src/clock.ts";
import { openStore } from "../../../src/store/open.ts";
import { freshDatabase, serverUrl, sql } from "../../postgres/fresh.ts";
import { silent } from "../../store/samples.ts";

export interface Backend {
  readonly name: string;
  /** Bots that share the record. */
  readonly replicas: number;
  /** Whoever comes after a dead bot waits so long for the end of its claims. */
  readonly leasesMs: number;
  /** A new record for one town. Throws with what this machine lacks, and how to get it. */
  open(t: TestContext): Promise<OpenedRecord>;
}

export interface OpenedRecord {
  readonly name: string;
  /** null: in the bot's data directory. */
  readonly databaseUrl: string | null;
  /** The log of stopped bots, a record a line. */
  log(directory: string): Promise<readonly string[]>;
}

async function embeddedLog(directory: string): Promise<readonly string[]> {
  const where = { directory: join(directory, "data"), clock: systemClock, random: randomBytes };
  const store = await openStore({ ...where, log: silent, seal: sealRecord });
  try {
    const lines: string[] = [];
    for await (const line of exportLines(store)) lines.push(line);
    return lines;
  } finally {
    await store.close();
  }
}

export const embeddedRecord: OpenedRecord = { name: "embedded", databaseUrl: null, log: embeddedLog };
const embedded: Backend = { name: "embedded", replicas: 1, leasesMs: 0, open: async () => embeddedRecord };

/** On the server that the programme starts, or that TEST_DATABASE_URL names. */
const postgres = (replicas: number): Backend => {
  const name = replicas === 1 ? "postgres" : `postgres, ${replicas} bots`;
  const open = async (t: TestContext): Promise<OpenedRecord> => {
    const databaseUrl = await freshDatabase(t, serverUrl());
    const log = async () =>
      (await sql(databaseUrl, "SELECT line FROM audit ORDER BY seq")).map(({ line }) => String(line));
    return { name, databaseUrl, log };
  };
  // The longest claim, of a message that is being sent, and a little more.
  return { name, replicas, leasesMs: 91_000, open };
};

/** One line each. */
export const backends: readonly Backend[] = [embedded, postgres(1)];
export const sharedBackends: readonly Backend[] = [embedded, postgres(2)];
