// What a database says of itself, and whether it will do.
import { alone, type PostgresOptions } from "./open.ts";
import { refusalOf, type ServerFacts } from "./refusals.ts";
import { command, sendOne } from "./send.ts";

export interface ExaminedDatabase extends ServerFacts {
  /** Why it cannot be used, or null. */
  readonly refusal: string | null;
  /** Off: a crash of its machine loses what was promised. */
  readonly fsync: boolean;
  /** How many standbys must have a commit before it is answered; "" when none. */
  readonly synchronousStandbys: string;
  readonly maxConnections: number;
  /** By how much this machine's time of day is ahead of the database's. */
  readonly aheadMs: number;
}

const asked = command(`SELECT CAST(current_setting('server_version_num') AS INTEGER) AS version,
  pg_is_in_recovery()::text AS standby, current_setting('default_transaction_read_only') AS readonly,
  current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
  current_setting('synchronous_standby_names') AS standbys, current_setting('max_connections') AS connections,
  CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now`);

/** Throws `StoreUnavailable` with the sentence for whoever named it when it cannot be reached. */
export async function examineDatabase(
  options: Pick<PostgresOptions, "settings" | "name" | "local">,
): Promise<ExaminedDatabase> {
  const { local, settings } = options;
  const { row, at } = await alone(options, async (client) => {
    const before = local.now();
    const { rows } = await sendOne(client, asked);
    return { row: rows[0], at: (before + local.now()) / 2 };
  });
  const facts = {
    version: Number(row?.version),
    isStandby: row?.standby === "true",
    isReadOnly: row?.readonly === "on",
    encoding: String(row?.encoding),
  };
  return {
    ...facts,
    refusal: refusalOf(facts, settings.address),
    fsync: row?.fsync !== "off",
    synchronousStandbys: String(row?.standbys ?? ""),
    maxConnections: Number(row?.connections),
    aheadMs: at - Number(row?.now),
  };
}
