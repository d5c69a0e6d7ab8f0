// The bot as it runs in production, in HTTP mode, to be measured.
import { openLog } from "../../src/cli/log.ts";
import { readConfig } from "../../src/cli/settings.ts";
import { startBot } from "../../src/main.ts";
import { detailOf, servePart } from "./serve-part.ts";
import type { WorldFacts } from "./world.ts";

await servePart(async () => {
  const world = detailOf<WorldFacts>();
  const bot = await startBot({
    config: readConfig(world.configFile),
    log: openLog("warn"),
    secrets: {
      botToken: world.botToken,
      appToken: null,
      signingSecret: world.signingSecret,
      apiUrl: world.apiUrl,
    },
  });
  return { facts: { url: `http://127.0.0.1:${bot.port}/slack/events` }, stop: () => bot.stop() };
});
