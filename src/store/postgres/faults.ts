// Which errors of PostgreSQL and of the way to it mean that the store is unavailable, and the sentences for them.
import { StoreUnavailable } from "../../core/ports/store.ts";

/** A write that changed another number of rows than it must: a fault of ours, or somebody else writes into the tables. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

/** Classes of SQLSTATE that speak of the connection, the disk, the operator or the neighbours (PostgreSQL, appendix A). */
const unavailableClasses: ReadonlySet<string> = new Set([
  "08", // connection exceptions
  "28", // the password was changed
  "53", // disk full, out of memory, too many connections
  "57", // shut down, cancelled by a timeout
  "58", // input or output failed
  "F0", // configuration file
  "XX", // corrupt, or an internal error
]);
const unavailableCodes: ReadonlySet<string> = new Set([
  "0A000", // a plan kept from before another version's migration
  "26000", // a prepared statement that a pooler lost
  "25006", // read-only: a standby
  "25P03", // idle in a transaction for too long
  "3D000", // the database is gone
  "40001", // cannot be serialised
  "40P01", // deadlock
  "42501", // the right was taken away
  "55P03", // a lock was not given in time
]);

/** The five characters of SQLSTATE, or null for an error that no server sent. */
export function stateOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("severity" in error)) return null;
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

export function isUnavailable(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  if (error instanceof Conflict) return false;
  const state = stateOf(error);
  // No server said it: the way there is broken, or what came over it cannot be read.
  if (state === null) return true;
  return unavailableClasses.has(state.slice(0, 2)) || unavailableCodes.has(state);
}

/** `StoreUnavailable`, or an Error for a fault of ours. Neither names a value or a password. */
export function faultOf(error: unknown, where: string): Error {
  if (error instanceof StoreUnavailable || error instanceof Conflict) return error;
  const says = error instanceof Error ? error.message : String(error);
  if (!isUnavailable(error)) return new Error(`the database refused a statement: ${says}`, { cause: error });
  return new StoreUnavailable(`the database ${where} did not do it: ${reasonOf(error, says)}`, { cause: error });
}

function reasonOf(error: unknown, says: string): string {
  switch (stateOf(error)) {
    case "55P03":
      return "others wrote for too long (lock timeout)";
    case "57014":
      return "it took too long (statement timeout)";
    case "25P03":
      return "a transaction stood still for too long";
    case "25006":
      return "it is read-only now";
    case "53100":
      return "its disk is full";
    default:
      return says;
  }
}
