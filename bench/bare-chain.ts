// A bare hash-chained insert: what a log costs that only chains, on the same database with the same durability.
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { canonicalJson } from "../src/core/digest.ts";

export interface BareChain {
  /** Durable when it returns. */
  append(event: object): void;
  close(): void;
}

export function openBareChain(file: string): BareChain {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec("CREATE TABLE IF NOT EXISTS chain (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, line TEXT NOT NULL)");
  const insert = db.prepare("INSERT INTO chain (hash, line) VALUES (?, ?)");
  let previous = "";
  return {
    append(event) {
      const line = canonicalJson({ ...event, previous } as Parameters<typeof canonicalJson>[0]);
      previous = createHash("sha256").update(line).digest("hex");
      insert.run(previous, line);
    },
    close: () => db.close(),
  };
}
