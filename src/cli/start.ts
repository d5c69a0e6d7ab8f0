// `countersign start`: the bot, until it is told to stop.
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import type { Log } from "../core/ports/log.ts";
import { slackExitCode } from "../integrations/slack/connect.ts";
import { type Bot, startBot } from "../main.ts";
import type { CliRun } from "./commands.ts";
import { faultExitCode, lastFault } from "./last-fault.ts";
import { openLog } from "./log.ts";
import { configFile, readConfig, readConfigFile, readDatabaseUrl, readSecrets } from "./settings.ts";

/** After a fault parts may hang for ever: the stop is tried this long. */
const stopWithinMs = 10_000;

export const start: CliRun = async (argv, env) => {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: "string" } }, strict: true });
  const file = configFile(values.config, env);
  const config = readConfig(file);
  const secrets = { ...readSecrets(env), databaseUrl: readDatabaseUrl(env, config.database) };
  const log = openLog(env.COUNTERSIGN_LOG_LEVEL ?? "info");
  const fault = lastFault(process, log, () => randomBytes(5).toString("hex"));
  const signal = new Promise<"SIGINT" | "SIGTERM">((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve(name));
  });
  const bot = await Promise.race([
    fault,
    signal,
    startBot({ config, reread: () => readConfigFile(file), secrets, log }),
  ]);
  // Not started whole, so there is nothing to stop cleanly; what is durable is taken up at the next start.
  if (bot === "fault") return faultExitCode;
  if (bot === "SIGINT" || bot === "SIGTERM") return 0;
  process.on("SIGHUP", () => reload(bot, log));
  const why = await Promise.race([signal, fault, bot.ended.then((code) => ({ code }))]);
  if (why === "fault") {
    await Promise.race([stopAfterFault(bot, log), systemClock.wait(stopWithinMs)]);
    return faultExitCode;
  }
  if (typeof why !== "string") log.error("slack ended the connection for good", why);
  // A supervisor may be rolling replicas; a person at a terminal wants it to end.
  const ended = why === "SIGTERM" ? bot.leave() : bot.stop();
  await Promise.race([ended, fault.then(() => systemClock.wait(stopWithinMs))]);
  return typeof why === "string" ? 0 : slackExitCode;
};

/** Another policy in the file is only told of: it rules once it is countersigned. */
function reload(bot: Bot, log: Log): void {
  bot.reload().catch((error: unknown) => {
    log.error("the configuration was not looked at again", { error: error instanceof Error ? error : undefined });
  });
}

async function stopAfterFault(bot: Bot, log: Log): Promise<void> {
  await bot.stop().catch((error: unknown) => {
    log.error("the bot did not stop cleanly", { error: error instanceof Error ? error : undefined });
  });
}
