// Kysely on an errand-runner of ours: it compiles the queries, the database's worker runs them.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqlValue, Statement, StatementResult } from "./messages.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

/** Runs one statement where it belongs: outside transactions, or within one. */
export type RunStatement = (statement: Statement) => Promise<StatementResult>;

/** How one database is spoken to: Kysely's parts of its dialect. */
export type Spoken = Pick<Dialect, "createAdapter" | "createIntrospector" | "createQueryCompiler">;

const sqlite: Spoken = {
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};

/** A Kysely whose every query goes through `run`. Transactions are the writer's matter, not Kysely's. */
export function databaseOn(run: RunStatement, spoken: Spoken = sqlite): Database {
  return new Kysely<Tables>({ dialect: { ...spoken, createDriver: () => driverOn(run) } });
}

export function statementOf(query: CompiledQuery, mustChange?: number): Statement {
  const statement = { sql: query.sql, params: query.parameters as readonly SqlValue[] };
  return mustChange === undefined ? statement : { ...statement, mustChange };
}

function driverOn(run: RunStatement): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, changes } = await run(statementOf(query));
      return { rows: rows as unknown as R[], numAffectedRows: BigInt(changes) };
    },
    streamQuery: () => {
      throw new Error("queries are read in pages here, not streamed");
    },
  };
  const noTransaction = () => Promise.reject(new Error("transactions are opened by Store.transact only"));
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    destroy: async () => undefined,
  };
}
