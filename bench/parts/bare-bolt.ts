// A bare Bolt app in HTTP mode that only acknowledges: what the bot is compared with.
import { App, LogLevel } from "@slack/bolt";
import { addressOf } from "./address.ts";
import { detailOf, servePart } from "./serve-part.ts";
import type { WorldFacts } from "./world.ts";

await servePart(async () => {
  const world = detailOf<WorldFacts>();
  const app = new App({
    token: world.botToken,
    signingSecret: world.signingSecret,
    clientOptions: { slackApiUrl: world.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  app.command("/ops", async ({ ack }) => {
    await ack("pong");
  });
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  return { facts: { url: `${addressOf(server)}/slack/events` } };
});
