// Faults on order reach the real clients as the network's and Slack's own faults do.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { App } from "@slack/bolt";
import { LogLevel, WebClient } from "@slack/web-api";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { ANA, socketBench } from "./bolt-app.ts";

let slack: LocalSlack;
let client: WebClient;
before(async () => {
  slack = await startLocalSlack({ port: 0, limits: "off" });
  client = clientWith(5000);
});
afterEach(() => slack.clearFaults());
after(() => slack.stop());

const clientWith = (timeout: number) =>
  new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    logLevel: LogLevel.ERROR,
  });
const answering = (app: App) => {
  app.command("/ops", async ({ ack }) => ack("here"));
};
const opened = (local: LocalSlack) => local.calls().filter((each) => each.method === "apps.connections.open").length;
const post = (text: string) => client.chat.postMessage({ channel: "C0GENERAL", text });
const posted = (text: string) => slack.messages("#general").filter((message) => message.text === text).length;

test("an HTTP status, an error code, a rate limit: each once, then all is well again", async () => {
  slack.failNext("chat.postMessage", { status: 503 });
  await assert.rejects(post("a"), /503/);
  slack.failNext("chat.postMessage", { error: "internal_error" });
  await assert.rejects(post("a"), /internal_error/);
  slack.failNext("chat.postMessage", { retryAfter: 7 });
  await assert.rejects(post("a"), { retryAfter: 7 });
  assert.equal(posted("a"), 0);
  await post("a");
  assert.equal(posted("a"), 1);
});

test("a call that hangs, is reset or cut short fails without effect or with half an answer", async () => {
  slack.failNext("chat.postMessage", { hang: true });
  await assert.rejects(clientWith(50).chat.postMessage({ channel: "C0GENERAL", text: "b" }));
  slack.failNext("chat.postMessage", { reset: true });
  await assert.rejects(post("b"));
  assert.equal(posted("b"), 0);
  slack.failNext("chat.postMessage", { truncate: true });
  await assert.rejects(post("b"));
});

test("a lost reply leaves the message posted", async () => {
  slack.failNext("*", { dropReplyAfterEffect: true });
  await assert.rejects(post("c"));
  assert.equal(posted("c"), 1);
});

test("response URLs, uploads and downloads fail on order too", async () => {
  const upload = () => client.filesUploadV2({ channel_id: "C0GENERAL", filename: "a.txt", content: "abc" });
  slack.failNext("upload", { status: 500 });
  await assert.rejects(upload());
  await upload();
  const message = await slack.waitForMessage((each) => each.files.length > 0);
  const info = await client.files.info({ file: message.files[0] ?? "" });
  const headers = { authorization: `Bearer ${slack.botToken}` };
  const download = () => fetch(info.file?.url_private_download ?? "", { headers });
  slack.failNext("download", { retryAfter: 3 });
  assert.equal((await download()).status, 429);
  slack.failNext("download", { reset: true });
  await assert.rejects(download());
  assert.equal(await (await download()).text(), "abc");
  slack.failNext("response_url", { error: "internal_error" });
  const answer = await fetch(`${slack.url}/actions/T/none`, { method: "POST", body: "{}" });
  assert.match(await answer.text(), /internal_error/);
});

test("injected faults are no breaches of the app's", () => {
  assert.deepEqual(slack.violations(), []);
});

test("an app comes back after a cut and after a refresh", async () => {
  const { slack: local, stop } = await socketBench(answering);
  for (const cut of [local.closeSockets, () => local.sendDisconnect("refresh_requested")]) {
    const before = opened(local);
    cut();
    await local.waitUntil(
      () => (opened(local) > before && local.connections() === 1 ? true : undefined),
      "a connection",
    );
    assert.equal((await local.as(ANA).command("#payments", "/ops")).ok, true);
  }
  await stop();
});

test("an app replaces a half-open connection; what Slack sends down the dead one is lost", async () => {
  const { slack: local, clock, stop } = await socketBench(answering);
  local.halfOpen();
  await local.waitForConnections(2);
  const asked = [1, 2].map(() => local.as(ANA).command("#payments", "/ops"));
  await Promise.any(asked);
  clock.advance(3000);
  const results = await Promise.all(asked);
  assert.deepEqual(results.map((result) => result.ok).toSorted(), [false, true]);
  await stop();
});

for (const fault of ["reset", "dropReplyAfterEffect"]) {
  test(`${fault} while a connection's FIN is being sent lets the process come to its own end`, async () => {
    const program = fileURLToPath(new URL("./cut-off-end.ts", import.meta.url));
    const child = spawn(process.execPath, [program, fault], {
      stdio: "ignore",
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
}
