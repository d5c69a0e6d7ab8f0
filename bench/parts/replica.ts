// One replica of the bot on a database, in Socket Mode, to be measured: as it runs in production, but for Slack's pace.
import { openLog } from "../../src/cli/log.ts";
import { readConfig } from "../../src/cli/settings.ts";
import type { Pace } from "../../src/integrations/slack/outbox/pace.ts";
import { startBot } from "../../src/main.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface ReplicaOptions {
  readonly configFile: string;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  /** null: the store is a file. */
  readonly databaseUrl: string | null;
  /** Whether it waits for Slack's documented pace. */
  readonly paced: boolean;
}

const unhurried: Pace = { take: () => 0, giveBack: () => undefined, hold: () => undefined };

await servePart(async () => {
  const { configFile, apiUrl, botToken, appToken, databaseUrl, paced } = detailOf<ReplicaOptions>();
  const bot = await startBot({
    config: readConfig(configFile),
    log: openLog("warn"),
    secrets: { botToken, appToken, signingSecret: null, apiUrl, databaseUrl },
    ...(paced ? {} : { pace: unhurried }),
  });
  return { facts: {}, stop: () => bot.stop() };
});
