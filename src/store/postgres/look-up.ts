// What became of a commit that was not answered: waits until its transaction is over, then reads the evidence.
import type { Pool, PoolClient } from "pg";
import type { Clock } from "../../core/ports/clock.ts";
import type { StatementResult } from "../messages.ts";
import { beginLane, type Evidence } from "./round.ts";
import { command, send } from "./send.ts";

export type Outcome = "committed" | "not-committed" | "unknown";
export type LookUp = (evidence: Evidence) => Promise<Outcome>;

export interface LookUpOptions {
  readonly pool: Pool;
  readonly clock: Pick<Clock, "wait">;
  /** Tried so often, with a pause between: a database that was restarted needs a moment. */
  readonly tries: number;
  readonly pauseMs: number;
}

/** Never throws. */
export function lookUpOn({ pool, clock, tries, pauseMs }: LookUpOptions): LookUp {
  return async (evidence) => {
    for (let count = 0; count < tries; count += 1) {
      if (count > 0) await clock.wait(pauseMs);
      const outcome = await lookOnce(pool, evidence).catch(() => null);
      if (outcome !== null) return outcome;
    }
    return "unknown";
  };
}

async function lookOnce(pool: Pool, evidence: Evidence): Promise<Outcome> {
  const client: PoolClient = await pool.connect();
  try {
    // As long as the lost transaction is under way it holds the lane: once this is let in, it has ended one way or the other.
    await send(client, beginLane);
    const outcome = await read(client, evidence);
    await send(client, [command("ROLLBACK")]);
    client.release();
    return outcome;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function read(client: PoolClient, { record, transaction }: Evidence): Promise<Outcome> {
  if (record !== null) {
    const rows = await rowsOf(client, "SELECT line FROM audit WHERE seq = ?", record.seq);
    const line = rows[0]?.line;
    const kept = typeof line === "string" ? (JSON.parse(line) as { readonly hash?: unknown }).hash : null;
    return kept === record.hash ? "committed" : "not-committed";
  }
  // Of a server that took over from another one, the number may be of somebody else's transaction: such a round appended
  // nothing to the record, and what it wrote is found by whoever looks for it.
  const rows = await rowsOf(client, "SELECT pg_xact_status(CAST(CAST(? AS TEXT) AS xid8)) AS status", transaction);
  const status = rows[0]?.status;
  if (status === "committed") return "committed";
  return status === "aborted" ? "not-committed" : "unknown";
}

async function rowsOf(client: PoolClient, sql: string, param: string | number): Promise<StatementResult["rows"]> {
  const [result] = await send(client, [{ sql, params: [param] }]);
  return result?.rows ?? [];
}
