// Looks at what BullMQ has in the database: whether its tables are there, and fit this version. Changes nothing.
import { BULLMQ_MAJOR_VERSION, LATEST_SCHEMA_VERSION, DEFAULT_SCHEMA as schema } from "bullmq";
import pg from "pg";
import { within } from "../queue.ts";
import type { PostgresQueueOptions } from "./postgres.ts";

export type ExaminedSchema =
  /** Made at the first start, if the user may. */
  | { readonly kind: "none"; readonly mayMake: boolean }
  /** `needs`: the major version of BullMQ that the tables take; they are another one's when it is more than ours. */
  | { readonly kind: "there"; readonly version: number; readonly needs: number; readonly mayUse: boolean };

const withinMs = 5_000;

/** Throws when the database does not answer. */
export async function examinePostgresQueue({ pool }: Pick<PostgresQueueOptions, "pool">): Promise<ExaminedSchema> {
  const client = new pg.Client(pool);
  client.on("error", () => undefined);
  try {
    await within(withinMs, "connecting to the database", client.connect());
    return await within(withinMs, "asking the database", look(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function look(client: pg.Client): Promise<ExaminedSchema> {
  const found = await client.query<{ there: boolean; make: boolean; use: boolean | null }>(
    `SELECT has_database_privilege(current_database(), 'CREATE') AS make,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = $1 AND c.relname = 'migration') AS there,
       (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1) AS use`,
    [schema],
  );
  const row = found.rows[0];
  if (row?.there !== true) return { kind: "none", mayMake: row?.make === true };
  if (row.use !== true) return { kind: "there", version: 0, needs: 0, mayUse: false };
  const { rows } = await client.query<{ version: number; needs: number }>(
    `SELECT COALESCE(MAX(version), 0)::int AS version, COALESCE(MAX(min_client_version), 0)::int AS needs
     FROM ${schema}.migration`,
  );
  const { version = 0, needs = 0 } = rows[0] ?? {};
  return { kind: "there", version, needs, mayUse: true };
}

/** Pure. */
export function fits({ version, needs }: Extract<ExaminedSchema, { kind: "there" }>): "yes" | "older" | "newer" {
  if (needs > BULLMQ_MAJOR_VERSION) return "newer";
  return version < LATEST_SCHEMA_VERSION ? "older" : "yes";
}
