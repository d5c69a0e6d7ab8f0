// The database's own thread: opens the files, runs errands in the order they come, and says how each went.
import { chmodSync, closeSync, openSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { lackOf, whyOf } from "./faults.ts";
import type { NumberedErrand, Row, Statement, StatementResult, WorkerOrders, WorkerReply } from "./messages.ts";

interface Prepared {
  readonly statement: StatementSync;
  readonly gives: boolean;
}

interface Connection {
  readonly db: DatabaseSync;
  readonly prepared: Map<string, Prepared>;
}

const maxPrepared = 300;

class Conflict extends Error {}
class NoSpace extends Error {}
class Stale extends Error {}

function openDatabase(file: string, orders: WorkerOrders): DatabaseSync {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file, { timeout: orders.busyTimeoutMs, enableForeignKeyConstraints: true });
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF",
  );
  if (orders.maxPages !== null) db.exec(`PRAGMA max_page_count = ${orders.maxPages}`);
  return db;
}

/** Held as long as the process lives, and given back by the kernel when it is killed. */
function takeDirectory(orders: WorkerOrders): DatabaseSync {
  const file = join(orders.directory, "store.lock");
  closeSync(openSync(file, "a", 0o600));
  const db = new DatabaseSync(file, { timeout: 0 });
  db.exec("BEGIN EXCLUSIVE");
  return db;
}

function prepare(connection: Connection, sql: string): Prepared {
  const known = connection.prepared.get(sql);
  if (known !== undefined) return known;
  if (connection.prepared.size >= maxPrepared) connection.prepared.clear();
  const statement = connection.db.prepare(sql);
  const prepared = { statement, gives: statement.columns().length > 0 };
  connection.prepared.set(sql, prepared);
  return prepared;
}

function run(connection: Connection, { sql, params, mustChange }: Statement): StatementResult {
  const { statement, gives } = prepare(connection, sql);
  if (gives) {
    const rows = statement.all(...params) as Row[];
    return { rows, changes: rows.length };
  }
  const changes = Number(statement.run(...params).changes);
  if (mustChange !== undefined && changes !== mustChange) {
    throw new Conflict(`${changes} rows changed instead of ${mustChange}: ${sql}`);
  }
  return { rows: [], changes };
}

function carryOut(connection: Connection, errand: NumberedErrand, orders: WorkerOrders): readonly StatementResult[] {
  if (errand.begin) {
    const lack = lackOf(statfsSync(orders.directory), orders);
    if (lack !== null) throw new NoSpace(lack);
    connection.db.exec("BEGIN IMMEDIATE");
  }
  const results = errand.statements.map((statement) => run(connection, statement));
  if (isStale(errand, orders)) throw new Stale("given up");
  if (errand.end === "commit") connection.db.exec("COMMIT");
  if (errand.end === "rollback") rollBack(connection);
  return results;
}

function isStale(errand: NumberedErrand, orders: WorkerOrders): boolean {
  return Atomics.load(new Int32Array(orders.shared), 0) !== errand.epoch;
}

function rollBack(connection: Connection): void {
  if (connection.db.isTransaction) connection.db.exec("ROLLBACK");
}

function whyHere(error: unknown): ReturnType<typeof whyOf> {
  if (error instanceof Conflict) return "conflict";
  if (error instanceof NoSpace) return "unavailable";
  return error instanceof Stale ? "stale" : whyOf(error);
}

function serve(port: MessagePort, orders: WorkerOrders): void {
  const lock = takeDirectory(orders);
  const file = join(orders.directory, "store.db");
  const writer: Connection = { db: openDatabase(file, orders), prepared: new Map() };
  const reader: Connection = { db: openDatabase(file, orders), prepared: new Map() };
  const shared = new Int32Array(orders.shared);
  let epoch = 0;
  port.on("message", (errand: NumberedErrand | "close") => {
    while (Atomics.load(shared, 1) !== 0) Atomics.wait(shared, 1, Atomics.load(shared, 1));
    if (errand === "close") {
      for (const db of [reader.db, writer.db, lock]) db.close();
      port.close();
      return;
    }
    const connection = errand.to === "writer" ? writer : reader;
    try {
      if (isStale(errand, orders)) throw new Stale("given up");
      // What an earlier epoch left open was given up by whoever began it.
      if (errand.epoch !== epoch) rollBack(writer);
      epoch = errand.epoch;
      const results = carryOut(connection, errand, orders);
      port.postMessage({ kind: "done", id: errand.id, results } satisfies WorkerReply);
    } catch (error) {
      const why = whyHere(error);
      let message = error instanceof Error ? error.message : String(error);
      try {
        if (errand.to === "writer") rollBack(writer);
      } catch (cause) {
        message = `${message}; and rolling back failed: ${String(cause)}`;
      }
      port.postMessage({ kind: "failed", id: errand.id, why, message } satisfies WorkerReply);
    }
  });
  port.postMessage({ kind: "opened" } satisfies WorkerReply);
}

if (parentPort !== null) {
  try {
    serve(parentPort, workerData as WorkerOrders);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const why = /database is locked/.test(message) ? "in-use" : "cannot-open";
    parentPort.postMessage({ kind: "refused", why, message } satisfies WorkerReply);
    parentPort.close();
  }
}
