// What the browser page is served: its state, its stream of changes, its acts; and nothing to other sites.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { objOf, objsOf, parseJson, textOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { ANA, BEN } from "./bolt-app.ts";
import { call } from "./plain-client.ts";

let slack: LocalSlack;
before(async () => {
  slack = await startLocalSlack({
    port: 0,
    limits: "off",
    greeting: [{ as: ANA, where: "#payments", text: "/ops status", why: "see what runs" }],
  });
});
after(() => slack.stop());

async function stateOf(user: string): Promise<Obj> {
  return objOf(await (await fetch(`${slack.url}/page/api/state?as=${user}`)).json());
}

async function act(body: Obj, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${slack.url}/page/api/act`, { method: "POST", body: JSON.stringify(body), headers });
}

test("the page lists six people and the bots, never guests, strangers or the deactivated", async () => {
  const state = await stateOf(ANA);
  const users = objsOf(state.users);
  assert.equal(users.filter((user) => user.isBot !== true).length, 6);
  assert.deepEqual(
    users.filter((user) => user.isBot === true).map((user) => user.name),
    ["countersign", "deploybot"],
  );
  assert.deepEqual(
    objsOf(state.channels).map((channel) => channel.name),
    ["general", "payments", "platform-approvals", "countersign-audit", "countersign"],
  );
  assert.equal(objsOf(state.greeting).length, 1);
  assert.equal(state.appConnected, false);
  assert.equal((await fetch(`${slack.url}/page/api/state?as=U0GUEST01`)).status, 404);
});

test("a stream tells each person what they may see, ephemerals to one only", async () => {
  const controller = new AbortController();
  const response = await fetch(`${slack.url}/page/api/events?as=${BEN}`, { signal: controller.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await call(slack, "chat.postEphemeral", { channel: "C0GENERAL", user: ANA, text: "for Ana" });
  await call(slack, "chat.postEphemeral", { channel: "C0GENERAL", user: BEN, text: "for Ben" });
  let text = "";
  while (!text.includes("for Ben")) text += (await reader?.read())?.value ?? "";
  controller.abort();
  assert.equal(text.includes("for Ana"), false);
  const event = objOf(parseJson(text.split("data: ")[1] ?? ""));
  assert.deepEqual([event.kind, objOf(event.message).ephemeral], ["message", true]);
  assert.equal(JSON.stringify(await stateOf(BEN)).includes("for Ben"), false, "gone after a reload");
});

test("somebody invited into a channel is told of it and of what was said there before", async () => {
  const controller = new AbortController();
  const response = await fetch(`${slack.url}/page/api/events?as=${BEN}`, { signal: controller.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const channel = objOf((await call(slack, "conversations.create", { name: "inc-1" })).channel).id;
  await call(slack, "chat.postMessage", { channel, text: "before Ben" });
  await call(slack, "conversations.invite", { channel, users: BEN });
  let text = "";
  while (!text.includes("before Ben")) text += (await reader?.read())?.value ?? "";
  controller.abort();
  assert.ok(text.indexOf("inc-1") < text.indexOf("before Ben"));
});

test("an upload is named in a message and fetched by the page", async () => {
  const body = "kind: Service\n";
  const response = await fetch(`${slack.url}/page/api/upload?as=${ANA}&name=svc.yaml`, { method: "POST", body });
  const file = objOf(await response.json());
  const said = objOf(
    await (await act({ kind: "say", as: ANA, channel: "C0GENERAL", text: "", fileIds: [file.id] })).json(),
  );
  assert.equal(said.ok, true);
  assert.equal(await (await fetch(`${slack.url}${textOf(file.href)}`)).text(), body);
});

test("what is no act is refused with a reason, and a person is told why something cannot be done", async () => {
  assert.equal((await act({ kind: "say", as: ANA })).status, 400);
  const refused = objOf(await (await act({ kind: "say", as: ANA, channel: "C0PARTNER", text: "x" })).json());
  assert.deepEqual(refused, { ok: false, problem: "Ana Ortiz is not in #ext-partner." });
});

test("a message that begins with a slash is a command, also in the compose box", async () => {
  const unknown = objOf(await (await act({ kind: "say", as: ANA, channel: "C0GENERAL", text: "/nope" })).json());
  assert.match(textOf(unknown.problem), /^\/nope is not a valid command/);
});

test("another site's page may not act", async () => {
  const body = { kind: "say", as: ANA, channel: "C0GENERAL", text: "x" };
  assert.equal((await act(body, { origin: "https://evil.example" })).status, 403);
});

test("static files cannot be asked for outside their folder", async () => {
  for (const path of ["/../start.ts", "/%2e%2e/start.ts", "/..%2fstate.ts", "/nothing.js", "/%"]) {
    assert.equal((await fetch(`${slack.url}${path}`)).status, 404, path);
  }
});

test("the workspace outlives a restart, and a foreign data file is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "local-slack-"));
  const dataFile = join(folder, "slack.json");
  const first = await startLocalSlack({ port: 0, dataFile });
  await first.as(ANA).say("#general", "remember me");
  await call(first, "chat.postEphemeral", { channel: "C0GENERAL", user: ANA, text: "forget me" });
  await first.stop();
  const second = await startLocalSlack({ port: 0, dataFile });
  assert.deepEqual(
    second.messages("#general").map((message) => message.text),
    ["remember me"],
  );
  assert.equal(second.ephemerals(ANA).length, 0);
  await second.stop();
  assert.deepEqual(readdirSync(folder), ["slack.json"]);
  writeFileSync(dataFile, "{}");
  await assert.rejects(startLocalSlack({ port: 0, dataFile }), /not a saved local Slack/);
  rmSync(folder, { recursive: true });
});
