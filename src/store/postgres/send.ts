// Statements on one connection: sent together, answered in order, held to the number of rows that they must change.
import type { Client } from "pg";
import type { Row, Statement, StatementResult } from "../messages.ts";
import { numbered } from "./dialect.ts";
import { Conflict } from "./faults.ts";

/** Statements that are known by a name are planned once on each connection; those beyond so many, each time. */
const maxNamed = 300;
const prepared = new Map<string, { readonly text: string; readonly name?: string }>();

/** What only steers the transaction has nothing to be planned. */
const steering = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|ALTER|CREATE|DECLARE|FETCH|CLOSE)\b/;

function preparedOf(sql: string): { readonly text: string; readonly name?: string } {
  if (steering.test(sql)) return { text: sql };
  const known = prepared.get(sql);
  if (known !== undefined) return known;
  const text = sql.includes("?") ? numbered(sql) : sql;
  if (prepared.size >= maxNamed) return { text };
  const made = { text, name: `cs${prepared.size}` };
  prepared.set(sql, made);
  return made;
}

/**
 * All travel before the first is answered (the connection is in pg's pipeline mode), and within a transaction none after a
 * failed one has an effect. Throws the first one's error, or `Conflict`.
 */
export async function send(client: Client, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
  const settled = await together(client, () => Promise.allSettled(statements.map((one) => sendOne(client, one))));
  return settled.map((one, index) => {
    if (one.status === "rejected") throw one.reason;
    const { mustChange, sql } = statements[index] ?? {};
    if (mustChange !== undefined && one.value.changes !== mustChange)
      throw new Conflict(`${one.value.changes} rows changed instead of ${mustChange}: ${sql}`);
    return one.value;
  });
}

/** What is sent in one turn of the loop leaves in one piece: pg would hand each statement to the system by itself. */
export function together<T>({ connection: { stream } }: Pick<Client, "connection">, sending: () => T): T {
  stream.cork();
  try {
    return sending();
  } finally {
    stream.uncork();
  }
}

export async function sendOne(client: Pick<Client, "query">, { sql, params }: Statement): Promise<StatementResult> {
  const { rows, rowCount } = await client.query<Row>({ ...preparedOf(sql), values: [...params] });
  return { rows, changes: rowCount ?? 0 };
}

/** A command without parameters or answer. */
export const command = (sql: string): Statement => ({ sql, params: [] });
