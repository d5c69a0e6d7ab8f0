// `countersign audit`: through the running bot, else from the store itself, else from the files that are named.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sealRecord } from "../audit/chain.ts";
import { type AuditCliDefaults, auditCommand } from "../audit/cli.ts";
import { exportLines } from "../audit/export.ts";
import { linesIn } from "../audit/files.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { findBot } from "../server/control-client.ts";
import { openStore } from "../store/open.ts";
import type { CliRun } from "./commands.ts";
import { openLog } from "./log.ts";
import { configFile, readConfig } from "./settings.ts";
import { takeOption } from "./words.ts";

export const audit: CliRun = async (argv, env) => {
  const { value: named, rest } = takeOption(argv, "--config");
  const config = configFor(rest, configFile(named, env), named !== undefined || env.COUNTERSIGN_CONFIG !== undefined);
  const { output, exitCode } = await auditCommand(rest, config === null ? nothing : await defaultsOf(config, rest));
  (exitCode === 2 ? process.stderr : process.stdout).write(output);
  return exitCode;
};

const nothing: AuditCliDefaults = { lines: null, checkpoints: null, key: null };

/** A verifier elsewhere has no configuration, and needs none when every file is named. */
function configFor(argv: readonly string[], file: string, isNamed: boolean): Config | null {
  const given = (name: string) => argv.some((word) => word === name || word.startsWith(`${name}=`));
  const needed = argv[0] === "check-proof" ? ["--key"] : ["--log", "--checkpoints", "--key"];
  if (needed.every(given) || (!isNamed && !existsSync(file))) return null;
  return readConfig(file);
}

async function defaultsOf(config: Config, argv: readonly string[]): Promise<AuditCliDefaults> {
  const directory = config.dataDirectory;
  const bot = await findBot(directory);
  // What happened since the last checkpoint can be proved only once the bot has signed it.
  if (bot !== null && argv[0] === "prove") await bot.proving();
  return {
    lines: () => (bot === null ? storedLines(directory) : linesIn(bot.auditLog())),
    checkpoints: config.audit.checkpoints,
    key: join(directory, "keys", "audit.vkey"),
  };
}

/** Opens the store for as long as it is read: no bot can start meanwhile. Throws when there is no store, or it is in use. */
async function* storedLines(directory: string): AsyncGenerator<string> {
  if (!existsSync(join(directory, "store.db")))
    throw new Error(`There is no store under ${directory}: has the bot ever started with this configuration?`);
  const store = await openStore({
    directory,
    clock: systemClock,
    random: randomBytes,
    log: openLog("warn"),
    seal: sealRecord,
    minFreeBytes: 0,
  });
  try {
    yield* exportLines(store);
  } finally {
    await store.close();
  }
}
