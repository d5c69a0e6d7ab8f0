// With how much patience and how many connections a database is used, and what pg is handed of it.
import type { PoolConfig } from "pg";
import type { Address } from "./address.ts";
import { parserOf } from "./dialect.ts";

export interface PostgresSettings {
  readonly address: Address;
  /** All of this process; one of them writes. At least 2. */
  readonly connections: number;
  /** A connection, or a free one of the pool, must be there within this. */
  readonly connectWithinMs: number;
  /** A statement must be answered within this, by the server's and by our own clock. */
  readonly answerWithinMs: number;
  /** So long others may write before one gives up waiting for them. */
  readonly lockWithinMs: number;
  /** So long a transaction may stand still before the server ends it: a stopped process must not hold up the others. */
  readonly idleWithinMs: number;
}

/** The server's own deadline comes first, since it leaves the connection whole. */
const graceMs = 500;

export function poolConfig(
  settings: PostgresSettings,
  of: { readonly max: number; readonly pipeline: boolean },
): PoolConfig {
  const { address, connectWithinMs, answerWithinMs, lockWithinMs, idleWithinMs } = settings;
  const { host, port, database, user, password, tls, applicationName } = address;
  return {
    ...{ host, port, database, user, password, application_name: applicationName },
    ssl: tls ?? false,
    max: of.max,
    pipeline: of.pipeline,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: answerWithinMs + graceMs,
    statement_timeout: answerWithinMs,
    lock_timeout: lockWithinMs,
    idle_in_transaction_session_timeout: idleWithinMs,
    keepAlive: true,
    idleTimeoutMillis: 60_000,
    client_encoding: "UTF8",
    types: { getTypeParser: (type: number) => parserOf(type) },
  };
}
