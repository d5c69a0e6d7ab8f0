// What a PostgreSQL server has done so far: CPU of all its processes as Linux counts it, commits, and what it has written.
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";

export interface DatabaseUse {
  /** 0 where there is no /proc. */
  readonly cpuMicros: number;
  readonly commits: number;
  /** Of tables and indexes. */
  readonly sizeBytes: number;
  readonly walBytes: number;
}

/** Linux counts in hundredths of a second for whoever reads /proc. */
const microsPerTick = 10_000;

const asked = `SELECT pg_backend_pid() AS pid, pg_database_size(current_database())::float8 AS size,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal,
  (SELECT xact_commit::float8 FROM pg_stat_database WHERE datname = current_database()) AS commits`;

export async function databaseUse(url: string): Promise<DatabaseUse> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number; size: number; wal: number; commits: number }>(asked);
    const [row] = rows;
    if (row === undefined) throw new Error("the database told nothing of itself");
    const cpuMicros = usedBy(statOf(row.pid)?.parent ?? null);
    return { cpuMicros, commits: row.commits, sizeBytes: row.size, walBytes: row.wal };
  } finally {
    await client.end();
  }
}

function usedBy(postmaster: number | null): number {
  const own = postmaster === null ? null : statOf(postmaster);
  if (own === null) return 0;
  const children = readdirSync("/proc")
    .map((name) => (/^\d+$/.test(name) ? statOf(Number(name)) : null))
    .filter((stat) => stat?.parent === postmaster);
  const ticks = children.reduce((sum, child) => sum + (child?.ticks ?? 0), own.ticks + own.reapedTicks);
  return ticks * microsPerTick;
}

/** proc(5): fields after the name in parentheses. Null when the process is gone, or there is no /proc. */
function statOf(pid: number): { readonly parent: number; readonly ticks: number; readonly reapedTicks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const at = (field: number): number => Number(fields[field - 3]);
    return { parent: at(4), ticks: at(14) + at(15), reapedTicks: at(16) + at(17) };
  } catch {
    return null;
  }
}
