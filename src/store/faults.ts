// Which faults of the database mean that the store is unavailable, and the sentences for them.
import type { WorkerOrders, WorkerReply } from "./messages.ts";

/** SQLite's primary result codes that speak of the disk or the file (sqlite.org/rescode.html). */
const unavailableCodes: ReadonlySet<number> = new Set([
  3, // PERM
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  26, // NOTADB
]);

export function whyOf(error: unknown): Extract<WorkerReply, { kind: "failed" }>["why"] {
  if (typeof error !== "object" || error === null) return "sql";
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return unavailableCodes.has(errcode & 0xff) ? "unavailable" : "sql";
  // The free-space check itself failed: the directory is gone or the file system does not answer.
  return typeof code === "string" && /^E[A-Z]+$/.test(code) ? "unavailable" : "sql";
}

/** Why there is too little space to begin, or null. */
export function lackOf(
  space: { readonly bavail: number; readonly bsize: number },
  orders: Pick<WorkerOrders, "minFreeBytes" | "directory">,
): string | null {
  const free = space.bavail * space.bsize;
  if (free >= orders.minFreeBytes) return null;
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`;
  return `only ${mib(free)} free under ${orders.directory}, ${mib(orders.minFreeBytes)} are needed: make room`;
}
