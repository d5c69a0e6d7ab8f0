// BullMQ on PostgreSQL: in a schema of its own, in the tables that it makes itself.
import { createPostgresBackend, type PgPool, runMigrations, withBackend } from "bullmq";
import pg from "pg";
import { lanes } from "../lanes.ts";
import type { QueueSource } from "../queue.ts";
import { openBullMq } from "./open.ts";

/** BullMQ's own name for it: a pool that is handed in is taken to lie there. */
const schema = "bullmq";
/** Many at once go by way of temporary tables, which cost as much as a dozen adds. */
const bulkFrom = 10;
/** Each worker listens on one; the others take turns on the rest. */
const working = 6;

export interface PostgresQueueOptions {
  /** How the database is reached; BullMQ's share of connections and its schema are added here. */
  readonly pool: pg.PoolConfig;
  /** `host:port/database`: may be printed. */
  readonly where: string;
}

export function postgresQueue({ pool: how, where }: PostgresQueueOptions): QueueSource {
  return {
    what: `PostgreSQL at ${where}`,
    async open(needs) {
      const pool = new pg.Pool({
        ...how,
        max: lanes.length + working,
        keepAlive: true,
        options: `-c search_path=${schema}`,
      });
      pool.on("connect", (client) => client.on("error", () => undefined));
      pool.on("error", (error) => needs.log.debug("a connection of the queue ended", { says: error.message }));
      try {
        await migrate(pool);
        const classes = withBackend(createPostgresBackend);
        return await openBullMq(
          {
            ...{ classes, producer: asBullMqs(pool), consumer: asBullMqs(pool), prefix: "" },
            bulkFrom,
            check: async () => void (await pool.query("SELECT 1 FROM migration LIMIT 1")),
            end: () => endPool(pool),
          },
          needs,
        );
      } catch (error) {
        await endPool(pool);
        throw error;
      }
    },
  };
}

/** BullMQ says that any pool of pg's fits; the two descriptions of `on` cannot be told to be the same. */
function asBullMqs(pool: pg.Pool): PgPool {
  return pool as unknown as PgPool;
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    client.release();
  }
}

async function endPool(pool: pg.Pool): Promise<void> {
  if (!pool.ending) await pool.end().catch(() => undefined);
}
