// The Slack adapter on a local Slack with a surface that records what it is asked, for tests of the adapter.
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalSlack, LocalSlackOptions } from "../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { message } from "../../src/core/message.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Log, LogFields } from "../../src/core/ports/log.ts";
import type { CardOrigin, CommandInput, Origin, Reply, Surface, VoteInput } from "../../src/core/ports/surface.ts";
import { refuse } from "../../src/core/refusal.ts";
import { type Connection, connectSlack, type Reached, reachSlack } from "../../src/integrations/slack/connect.ts";

export const ANA = "U0ANA0001";
export const BEN = "U0BEN0001";

export const realClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, { ref: true, ...(signal === undefined ? {} : { signal }) }).catch(() => undefined);
  },
};

export interface Told {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export function recordingLog(): Log & { readonly told: Told[] } {
  const told: Told[] = [];
  const at =
    (level: string) =>
    (text: string, fields: LogFields = {}) =>
      void told.push({ level, message: text, fields });
  return { told, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A surface that answers as it is told and keeps what it was asked. Every delivery key counts once, as dispatch counts. */
export interface FakeSurface extends Surface {
  readonly asked: {
    readonly commands: CommandInput[];
    readonly votes: VoteInput[];
    readonly presses: {
      readonly origin: Origin;
      readonly action: string;
      readonly value: string;
      readonly card: CardOrigin;
    }[];
    readonly opened: {
      readonly origin: Origin;
      readonly choice: string;
      readonly value: string;
      readonly card: CardOrigin;
    }[];
    readonly homes: string[];
    readonly altered: {
      readonly channelId: string;
      readonly ts: string;
      readonly how: string;
      readonly by: string | null;
    }[];
  };
}

export function fakeSurface(answers: Partial<Surface> = {}): FakeSurface {
  const asked: FakeSurface["asked"] = { commands: [], votes: [], presses: [], opened: [], homes: [], altered: [] };
  const said = (text: string): Reply => ({
    kind: "message",
    audience: "asker",
    message: message(text, [{ kind: "text", text: [text] }]),
  });
  return {
    asked,
    ready: (input) => answers.ready?.(input) ?? null,
    command: async (input) => {
      asked.commands.push(input);
      return answers.command === undefined ? said(`did ${input.text}`) : answers.command(input);
    },
    openVote: async (origin, choice, value, card) => {
      asked.opened.push({ origin, choice, value, card });
      if (answers.openVote === undefined)
        return refuse("no-such-request", `There is no request ${value}.`, "Look with approvals.");
      return answers.openVote(origin, choice, value, card);
    },
    vote: async (input) => {
      asked.votes.push(input);
      return answers.vote === undefined ? said("counted") : answers.vote(input);
    },
    press: async (origin, action, value, card) => {
      asked.presses.push({ origin, action, value, card });
      return answers.press === undefined ? said(`pressed ${action}`) : answers.press(origin, action, value, card);
    },
    home: async (account) => {
      asked.homes.push(account.userId);
      return answers.home === undefined
        ? message("home", [{ kind: "heading", text: "Waiting for you" }])
        : answers.home(account);
    },
    postAltered: async (channelId, ts, how, by) => void asked.altered.push({ channelId, ts, how, by }),
  };
}

export interface SlackBench {
  readonly slack: LocalSlack;
  readonly reached: Reached;
  readonly connection: Connection;
  readonly log: ReturnType<typeof recordingLog>;
  readonly stop: () => Promise<void>;
}

export const shortcutSettings = [
  { name: "Apply this manifest", type: "message", callbackId: "apply_manifest" },
  { name: "New request", type: "global", callbackId: "new_request" },
] as const;

/** Starts a local Slack and connects the adapter to it. */
export async function slackBench(
  mode: "socket" | "http",
  surface: Surface,
  options: Partial<LocalSlackOptions> = {},
  clock: Clock = realClock,
): Promise<SlackBench> {
  const slack = await startLocalSlack({ port: 0, limits: "off", shortcuts: shortcutSettings, ...options });
  const log = recordingLog();
  const reached = await reachSlack(settingsFor(slack, mode), { clock, log });
  const connection = await connectSlack(reached, surface);
  if (mode === "http") slack.setApp({ requestUrl: `http://127.0.0.1:${connection.port}/slack/events` });
  else await slack.waitForConnections(1);
  return {
    slack,
    reached,
    connection,
    log,
    stop: async () => {
      await connection.stop();
      await slack.stop();
    },
  };
}

export function settingsFor(slack: LocalSlack, mode: "socket" | "http") {
  return {
    botToken: slack.botToken,
    ...(mode === "socket" ? { appToken: slack.appToken } : { signingSecret: slack.signingSecret }),
    apiUrl: slack.apiUrl,
    port: 0,
    host: "127.0.0.1",
    command: "/ops",
    maxFileBytes: 200_000,
  };
}

/** Headers of a request as Slack signs it. */
export function signedHeaders(secret: string, body: string, atMs: number): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": signature,
  };
}
