// Preloaded into a bot's process and its threads: SQLite's writes fail as a disk makes them fail, while a file says how.
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { isMainThread } from "node:worker_threads";

/** sqlite.org/rescode.html: what SQLite answers for ENOSPC, EIO, EACCES and EROFS, and a disk that never answers. */
export const diskFaults = {
  ENOSPC: { errcode: 13, message: "database or disk is full" },
  EIO: { errcode: 778, message: "disk I/O error" },
  EACCES: { errcode: 14, message: "unable to open database file" },
  EROFS: { errcode: 8, message: "attempt to write a readonly database" },
  hang: null,
} as const;
export type DiskFault = keyof typeof diskFaults;

const file = process.env.FAULT_DISK ?? "";

function isFault(name: string): name is DiskFault {
  return Object.hasOwn(diskFaults, name);
}

/** Throws, or stands still, as long as the file says so. Only what writes goes through here. */
function mayFail(): void {
  while (existsSync(file)) {
    const name = readFileSync(file, "utf8").trim();
    const fault = isFault(name) ? diskFaults[name] : null;
    if (fault !== null)
      throw Object.assign(new Error(fault.message), { code: "ERR_SQLITE_ERROR", errcode: fault.errcode });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

if (file !== "" && !isMainThread) {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function failing(this: DatabaseSync, sql: string): void {
    if (/^COMMIT/.test(sql)) mayFail();
    exec.call(this, sql);
  };
  const { run } = StatementSync.prototype;
  const failing = function failing(this: StatementSync, ...params: unknown[]): unknown {
    mayFail();
    return Reflect.apply(run, this, params);
  };
  StatementSync.prototype.run = failing as typeof run;
}
