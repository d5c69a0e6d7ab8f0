// What a PostgreSQL database holds, read without a store: the audit log's lines, and any table's rows, page by page.
import type { Client } from "pg";
import type { StoredTable } from "../at-rest.ts";
import type { Row } from "../messages.ts";
import { alone, type PostgresOptions } from "./open.ts";
import { command, send } from "./send.ts";

const pageRows = 1_000;

type Options = Pick<PostgresOptions, "settings" | "name" | "local">;

/**
 * The log's lines in order, to the end that it has when that is reached: what was pruned meanwhile has its record among them. One
 * connection for each page, since whoever reads slowly must hold no transaction open.
 */
export async function* storedLinesOn(options: Options): AsyncGenerator<string> {
  for (let after = -1; ; ) {
    const page = await alone(options, (client) => pageOn(client, after));
    if (page.lines.length === 0) return;
    yield* page.lines;
    after = page.last;
  }
}

/** Whether a bot has ever written into the database. */
export function hasLog(options: Options): Promise<boolean> {
  return alone(options, async (client) => {
    const [found] = await send(client, [command("SELECT to_regclass('audit')::text AS name")]);
    return typeof found?.rows[0]?.name === "string";
  });
}

interface PageOfLines {
  readonly lines: readonly string[];
  readonly last: number;
}

async function pageOn(client: Client, after: number): Promise<PageOfLines> {
  const sql = "SELECT seq, line FROM audit WHERE seq > ? ORDER BY seq LIMIT ?";
  const [read] = await send(client, [{ sql, params: [after, pageRows] }]);
  const rows = read?.rows ?? [];
  return { lines: rows.map(({ line }) => String(line)), last: Number(rows.at(-1)?.seq ?? after) };
}

/** The log's lines as this connection's transaction sees them. */
export async function* linesOn(client: Client): AsyncGenerator<string> {
  const audit = { name: "audit", columns: ["line"], keys: ["seq"] };
  for await (const row of rowsOn(client, audit)) yield String(row.line);
}

/** By a cursor of the transaction under way, in the order of the table's key. */
export async function* rowsOn(
  client: Client,
  table: Pick<StoredTable, "name" | "columns" | "keys">,
): AsyncGenerator<Row> {
  const list = table.columns.map((column) => `"${column}"`).join(", ");
  const order = table.keys.map((key) => `"${key}"`).join(", ");
  await send(client, [command(`DECLARE reading CURSOR FOR SELECT ${list} FROM ${table.name} ORDER BY ${order}`)]);
  try {
    for (;;) {
      const [page] = await send(client, [command(`FETCH ${pageRows} FROM reading`)]);
      if (page === undefined || page.rows.length === 0) return;
      yield* page.rows;
    }
  } finally {
    await send(client, [command("CLOSE reading")]);
  }
}
