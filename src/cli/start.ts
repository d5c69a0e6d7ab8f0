// `countersign start`: the bot, until it is told to stop.
import { parseArgs } from "node:util";
import { slackExitCode } from "../integrations/slack/connect.ts";
import { startBot } from "../main.ts";
import type { CliRun } from "./commands.ts";
import { openLog } from "./log.ts";
import { configFile, readConfig, readSecrets } from "./settings.ts";

export const start: CliRun = async (argv, env) => {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: "string" } }, strict: true });
  const config = readConfig(configFile(values.config, env));
  const log = openLog(env.COUNTERSIGN_LOG_LEVEL ?? "info");
  const bot = await startBot({ config, secrets: readSecrets(env), log });
  const signal = new Promise<"signal">((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve("signal"));
  });
  const why = await Promise.race([signal, bot.ended]);
  if (why !== "signal") log.error("slack ended the connection for good", { code: why });
  await bot.stop();
  return why === "signal" ? 0 : slackExitCode;
};
