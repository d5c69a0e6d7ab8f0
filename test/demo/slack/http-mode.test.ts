// HTTP mode: a real Bolt app takes signed requests; bad answers, retries and replays are as Slack makes them.
import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, Server } from "node:http";
import { after, before, test } from "node:test";
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { type HandClock, handClock } from "../../../demo/slack/clock.ts";
import { signatureOf } from "../../../demo/slack/http-line.ts";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { ANA, BEN } from "./bolt-app.ts";

let slack: LocalSlack;
let app: App;
let clock: HandClock;

const portOf = (server: unknown): number => {
  if (!(server instanceof Server)) throw new Error("this is no HTTP server");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server listens on no port");
  return address.port;
};

before(async () => {
  clock = handClock(Date.now());
  slack = await startLocalSlack({ port: 0, clock });
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR });
  app = new App({
    token: slack.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  app.command("/ops", async ({ ack, command }) => {
    if (command.text === "card") {
      await ack({
        response_type: "in_channel",
        text: "card",
        blocks: [
          {
            type: "actions",
            elements: [{ type: "button", action_id: "go", text: { type: "plain_text", text: "Go" } }],
          },
        ],
      });
    } else await ack(`ok ${command.text}`);
  });
  app.action("go", async ({ ack, respond }) => {
    await ack();
    await respond({ text: "gone", replace_original: true });
  });
  app.message("hi", async ({ say }) => {
    await say("hello");
  });
  const server = await app.start({ port: 0, host: "127.0.0.1" });
  slack.setApp({ requestUrl: `http://127.0.0.1:${portOf(server)}/slack/events` });
});
after(async () => {
  await app.stop();
  await slack.stop();
});

test("the request URL answers the challenge", async () => {
  assert.equal(await slack.verifyRequestUrl(), true);
});

test("a command's answer travels in the response; a button's answer replaces the message", async () => {
  await slack.as(ANA).command("#payments", "/ops", "ping @ben");
  assert.equal(slack.ephemerals(ANA).at(-1)?.text, `ok ping <@${BEN}|ben>`);
  await slack.as(ANA).command("#payments", "/ops", "card");
  const card = await slack.waitForMessage((message) => message.text === "card");
  assert.equal(card.ephemeralTo, undefined);
  await slack.as(BEN).click(card, "go");
  const replaced = await slack.waitForMessage((message) => message.text === "gone");
  assert.equal(replaced.ts, card.ts);
});

test("an event reaches the app and is answered", async () => {
  await slack.as(ANA).say("#general", "hi there");
  await slack.waitForMessage((message) => message.text === "hello");
});

test("the signature is the one of Slack's documentation", () => {
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  assert.equal(
    signatureOf("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body),
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  );
});

test("an event answered with an error comes again with its number and reason; a command never does", async () => {
  const seen: IncomingHttpHeaders[] = [];
  const answers = [500, 500, 200, 503];
  const broken = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on("end", () => response.writeHead(answers[seen.length - 1] ?? 200).end());
  });
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  const requestUrl = `http://127.0.0.1:${portOf(broken)}/`;
  const lone = await startLocalSlack({ port: 0, clock, http: { requestUrl } });
  await lone.as(ANA).say("#general", "hello");
  const count = (wanted: number) =>
    lone.waitUntil(() => (lone.violations().length >= wanted ? true : undefined), "a breach");
  await count(2);
  await new Promise(setImmediate);
  clock.advance(60_000);
  await new Promise<void>((resolve) => {
    broken.once("request", () => resolve());
    if (seen.length >= 3) resolve();
  });
  assert.deepEqual(
    seen.map((headers) => [headers["x-slack-retry-num"], headers["x-slack-retry-reason"]]),
    [
      [undefined, undefined],
      ["1", "http_error"],
      ["2", "http_error"],
    ],
  );
  const result = await lone.as(ANA).command("#general", "/ops");
  assert.equal(result.problem, '/ops failed with the error "http_service_error"');
  assert.equal(seen.length, 4);
  broken.closeAllConnections();
  broken.close();
  await lone.stop();
});
