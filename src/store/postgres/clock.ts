// The database's clock as this process knows it: measured now and then, carried on by a clock that nobody can set.
import type { Pool } from "pg";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import { sendOne } from "./send.ts";

/** What this machine offers: its own time of day, which may be wrong, and one that only ever goes on. */
export interface LocalClock extends Clock {
  /** Milliseconds since some moment; setting the time of day does not move it. */
  monotonic(): number;
}

export interface DatabaseClock extends Clock {
  /** How much later the machine's own time of day is than the database's. */
  skewMs(): number;
  close(): Promise<void>;
}

const everyMs = 10_000;
/** A measurement that took longer says too little. */
const usableMs = 1_000;

export interface Measured {
  readonly database: number;
  readonly at: number;
}

/** The database's time lies in the middle between question and answer, give or take half of that. */
export async function measure(
  ask: () => Promise<number>,
  local: Pick<LocalClock, "monotonic">,
): Promise<Measured | null> {
  const asked = local.monotonic();
  const database = await ask();
  const answered = local.monotonic();
  return answered - asked > usableMs ? null : { database, at: (asked + answered) / 2 };
}

export function askOn(pool: Pool): () => Promise<number> {
  const sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now";
  return async () => {
    const client = await pool.connect();
    try {
      const { rows } = await sendOne(client, { sql, params: [] });
      client.release();
      return Number(rows[0]?.now);
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
}

/** Throws when the database's time cannot be had within three tries. */
export async function startClock(ask: () => Promise<number>, local: LocalClock, log: Log): Promise<DatabaseClock> {
  let known = await first(ask, local);
  const stopping = new AbortController();
  const now = (): number => Math.round(known.database + (local.monotonic() - known.at));
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await local.wait(everyMs, stopping.signal);
      if (stopping.signal.aborted) return;
      // A database that does not answer is told by whoever needs it; until then the last measurement goes on.
      const measured = await measure(ask, local).catch(() => null);
      if (measured === null) continue;
      const jumpMs = measured.database - (known.database + (measured.at - known.at));
      if (Math.abs(jumpMs) > usableMs) log.warn("the database's clock has jumped", { jumpMs: Math.round(jumpMs) });
      known = measured;
    }
  };
  const running = run();
  return {
    now,
    wait: (ms, signal) => local.wait(ms, signal),
    skewMs: () => local.now() - now(),
    close: () => {
      stopping.abort();
      return running;
    },
  };
}

async function first(ask: () => Promise<number>, local: LocalClock): Promise<Measured> {
  for (let tries = 0; tries < 3; tries += 1) {
    const measured = await measure(ask, local);
    if (measured !== null) return measured;
  }
  throw new Error("the database takes longer than a second to say what time it is: look at the network to it");
}
