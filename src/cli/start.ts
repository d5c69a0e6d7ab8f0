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
import { configFile, readConfig, readSecrets } from "./settings.ts";

/** After a fault parts may hang for ever: the stop is tried this long. */
const stopWithinMs = 10_000;

export const start: CliRun = async (argv, env) => {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: "string" } }, strict: true });
  const config = readConfig(configFile(values.config, env));
  const log = openLog(env.COUNTERSIGN_LOG_LEVEL ?? "info");
  const fault = lastFault(process, log, () => randomBytes(5).toString("hex"));
  const signal = new Promise<"signal">((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve("signal"));
  });
  const bot = await Promise.race([
    fault,
    signal,
    startBot({ config, secrets: readSecrets(env, config.identity), log }),
  ]);
  // Not started whole, so there is nothing to stop cleanly; what is durable is taken up at the next start.
  if (bot === "fault") return faultExitCode;
  if (bot === "signal") return 0;
  const why = await Promise.race([signal, fault, bot.ended.then((code) => ({ code }))]);
  if (why === "fault") {
    await Promise.race([stopAfterFault(bot, log), systemClock.wait(stopWithinMs)]);
    return faultExitCode;
  }
  if (why !== "signal") log.error("slack ended the connection for good", why);
  await Promise.race([bot.stop(), fault.then(() => systemClock.wait(stopWithinMs))]);
  return why === "signal" ? 0 : slackExitCode;
};

async function stopAfterFault(bot: Bot, log: Log): Promise<void> {
  await bot.stop().catch((error: unknown) => {
    log.error("the bot did not stop cleanly", { error: error instanceof Error ? error : undefined });
  });
}
