// A real Bolt app on a local Slack, for the tests of the local Slack itself.
import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";
import type { HandClock } from "../../../demo/slack/clock.ts";
import { handClock } from "../../../demo/slack/clock.ts";
import type { LocalSlack, LocalSlackOptions } from "../../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";

export const ANA = "U0ANA0001";
export const BEN = "U0BEN0001";
export const CHLOE = "U0CHLOE01";

export interface Bench {
  readonly slack: LocalSlack;
  readonly app: App;
  readonly clock: HandClock;
  readonly stop: () => Promise<void>;
}

/** Starts a local Slack with a clock that stands still, and a Bolt app connected to it by Socket Mode. */
export async function socketBench(
  listen: (app: App) => void,
  options: Partial<LocalSlackOptions> = {},
): Promise<Bench> {
  const clock = handClock(Date.now());
  const slack = await startLocalSlack({ port: 0, clock, ...options });
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 250,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } } },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  listen(app);
  await app.start();
  const stop = async () => {
    await app.stop();
    await slack.stop();
  };
  return { slack, app, clock, stop };
}
