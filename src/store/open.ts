// Opens the store of a data directory: one process, one file, everything durable when it says so.
import { chmodSync, mkdirSync } from "node:fs";
import type { RandomBytes } from "../core/ids.ts";
import type { Log } from "../core/ports/log.ts";
import type { Store } from "../core/ports/store.ts";
import { databaseOn } from "./dialect.ts";
import { requestsKey } from "./keys.ts";
import { Link } from "./link.ts";
import type { Statement, StatementResult } from "./messages.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { type StoreOptions, storeOn } from "./store-on.ts";
import { Writer } from "./writer.ts";

export interface OpenStoreOptions extends StoreOptions {
  /** Made with mode 0700 when it is not there. */
  readonly directory: string;
  readonly random: RandomBytes;
  readonly log: Log;
  /** A disk that does not answer for so long is taken for gone. Default 2,500. */
  readonly deadlineMs?: number;
  /** No transaction begins with less free space. Default 64 MiB. */
  readonly minFreeBytes?: number;
  /** For tests of a full disk: the database may not grow over so many pages. */
  readonly maxPages?: number;
  /** For tests of a hanging disk: handed the word that, when not zero, makes the database's thread stand still. */
  readonly onHangSwitch?: (hang: (on: boolean) => void) => void;
}

/**
 * Throws `StoreInUse` when another process has the directory open, `StoreUnavailable` when the file cannot be opened, and
 * an Error when a newer version wrote it.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { directory, clock, log } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    chmodSync(directory, 0o700);
  } catch {
    log.warn("data directory belongs to somebody else: its mode was left as it is", { directory });
  }
  const link = await Link.open({
    directory,
    log,
    deadlineMs: options.deadlineMs ?? 2_500,
    minFreeBytes: options.minFreeBytes ?? 64 * 1024 * 1024,
    busyTimeoutMs: 1_000,
    maxPages: options.maxPages ?? null,
  });
  options.onHangSwitch?.((on) => link.standStill(on));
  try {
    await migrate(link, migrations, clock.now());
    const sealer = { key: requestsKey(directory, options.random), random: options.random };
    const database = databaseOn((statement) => readOn(link, statement));
    const writer = new Writer(link);
    const overwrite = (): Promise<void> => writer.overwrite();
    return storeOn({ writer, database, sealer, exclusive: true, overwrite, close: () => link.close() }, options);
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function readOn(link: Link, statement: Statement): Promise<StatementResult> {
  const [result] = await link.send({ to: "reader", begin: false, end: "none", statements: [statement] });
  if (result === undefined) throw new Error("the database gave no result");
  return result;
}
