// HTTP mode: Bolt's own check of each request, and before it a check that the timestamp is not from the future.
import type { IncomingMessage, ServerResponse } from "node:http";
import { HTTPReceiver } from "@slack/bolt";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import { slackLogger } from "./logger.ts";

export const slackPath = "/slack/events";

/** docs.slack.dev/authentication/verifying-requests-from-slack; Bolt looks at the past only. */
const maxSkewSeconds = 300;

export interface HttpSettings {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Answers what is not Slack's and is true; it is never asked about Slack's own path. */
  readonly beside?: Beside;
}

export type Beside = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The only way in for bodies is Bolt's verification (R18): here requests are only turned away. */
export function httpReceiver(settings: HttpSettings): HTTPReceiver {
  const receiver = new HTTPReceiver({
    signingSecret: settings.signingSecret,
    endpoints: [slackPath],
    logger: slackLogger(settings.log),
    // Read after the check only; whether this very request was seen before is asked with it.
    customPropertiesExtractor: ({ headers }) => ({
      slackSignature: headers["x-slack-signature"],
      slackFreshUntil: freshUntil(String(headers["x-slack-request-timestamp"])),
    }),
  });
  const verify = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    const isSlacks = request.url?.startsWith(slackPath) === true;
    if (!isSlacks && settings.beside?.(request, response) === true) return;
    const timestamp = request.headers["x-slack-request-timestamp"];
    // Slack's own certificate check carries no timestamp: Bolt answers it, and refuses everything else without one.
    if (timestamp !== undefined && !isFresh(timestamp, settings.clock.now())) {
      settings.log.warn("a request with a stale or future timestamp was refused");
      response.writeHead(401);
      response.end();
      request.resume();
      return;
    }
    verify(request, response);
  };
  return receiver;
}

/** Within five minutes on either side, and written as plain digits. */
export function isFresh(timestamp: string | readonly string[], nowMs: number): boolean {
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(nowMs / 1000 - Number(timestamp)) <= maxSkewSeconds;
}

/** From this moment on a request of that timestamp is refused as stale, so nobody has to remember it. */
export function freshUntil(timestamp: string): number {
  return (Number(timestamp) + maxSkewSeconds + 1) * 1_000;
}

/** Limits of the server against slow clients; Slack itself sends small requests at once. */
export const serverLimits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 16_384,
} as const;
