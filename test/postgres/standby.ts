// A streaming standby of a server: copied by pg_basebackup, kept up by replication, promoted by pg_ctl.
import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { sql } from "./fresh.ts";
import { dataIn, type Server, serve } from "./server.ts";

export interface Standby extends Server {
  /** Takes over: it can be written to when this resolves. */
  promote(): Promise<void>;
}

const run = promisify(execFile);
const attachedWithinMs = 30_000;

/** Streaming from the primary when it resolves. */
export async function startStandby(primary: Server): Promise<Standby> {
  const { programs, as } = primary.place;
  const directory = await mkdtemp(join(tmpdir(), "countersign-standby-"));
  await chmod(directory, 0o755);
  if (as !== null) await chown(directory, as.uid, as.gid);
  const place = { programs, as, directory };
  const { username, password } = new URL(primary.url);
  const env = { PATH: "/usr/bin:/bin", PGPASSWORD: password };
  const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", username];
  const how = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"];
  await run(programs.basebackup, [...from, ...how, "-D", dataIn(place)], { ...(as ?? {}), env });
  const standby = await serve(place, { password, caFile: primary.caFile, tls: true });
  await until(primary, "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'");
  return {
    ...standby,
    promote: async () => {
      await run(programs.control, ["promote", "-w", "-D", dataIn(place)], { ...(as ?? {}), env });
    },
  };
}

/** From now on a commit on the primary is answered only once its standby has it on the disk too. */
export async function demandStandby(primary: Server): Promise<void> {
  await sql(primary.url, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await sql(primary.url, "SELECT pg_reload_conf()");
  await until(primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
}

async function until(server: Server, question: string): Promise<void> {
  for (const end = Date.now() + attachedWithinMs; (await sql(server.url, question)).length === 0; ) {
    if (Date.now() > end) throw new Error(`the standby did not attach: ${question}`);
    await pause(50);
  }
}
