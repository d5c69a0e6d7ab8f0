// The bot as those who run it see it: what it tells of itself while it works, and when a part of it is away.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bot } from "../../src/main.ts";
import { type Family, families } from "../../src/metrics/families.ts";
import { processFamilies } from "../../src/metrics/registry.ts";
import { onDashboard, rules, tellingIn, wrongIn } from "../deploy/watched.ts";
import { breakStore, mendStore } from "../support/failing-store.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, hurried, idOf, until } from "../support/story.ts";
import { ana, ben, finn, startTown } from "../support/town.ts";

async function page(bot: Bot, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(`http://127.0.0.1:${bot.operationsPort}${path}`);
  return { status: answer.status, text: await answer.text() };
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function samplesOf(text: string): readonly Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      const labels = [...(found?.[2] ?? "").matchAll(/(\w+)="([^"]*)"/g)].map((one) => [one[1] ?? "", one[2] ?? ""]);
      return { name: found?.[1] ?? line, labels: Object.fromEntries(labels), value: Number(found?.[3]) };
    });
}

const valueAt = (samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}) =>
  samples.find(
    (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  )?.value;

test("metrics say what happened, under the documented names and labels, and hold nothing of what people typed", async (t) => {
  const town = await startTown(t);
  const bot = await town.startBot();
  const card = await ask(town, "rollback checkout because the canary-word-4711 crashes", "checkout");
  await town.vote(ben, card, "approve");
  const waiting = samplesOf((await page(bot, "/metrics")).text);
  assert.equal(valueAt(waiting, "countersign_requests", { state: "pending" }), 1);
  await town.vote(finn, card, "approve");
  await until(town, card, "is done and verified");
  await town.slack.as(ana).command("#payments", "/ops", "status checkout");
  while ((await page(bot, "/readyz")).status !== 200);
  const { status, text } = await page(bot, "/metrics");
  assert.equal(status, 200);
  const samples = samplesOf(text);
  assert.equal(valueAt(samples, "countersign_executions_total", { result: "done" }), 1);
  assert.equal(valueAt(samples, "countersign_audit_events_total", { code: "vote.cast", outcome: "ok" }), 2);
  assert.equal(valueAt(samples, "countersign_answers_total", { surface: "vote", outcome: "ok" }), 2);
  assert.equal(valueAt(samples, "countersign_requests", { state: "pending" }), 0);
  assert.equal(valueAt(samples, "countersign_slack_sockets"), 1);
  assert.equal(valueAt(samples, "countersign_cluster_cache_warm", { cluster: "production" }), 1);
  assert.equal(valueAt(samples, "countersign_unread", { source: "record" }), 0);
  assert.equal(valueAt(samples, "countersign_part_away", { part: "cluster:production" }), 0);
  assert.ok((valueAt(samples, "countersign_ack_seconds_count") ?? 0) >= 4);
  assert.ok((valueAt(samples, "countersign_commit_seconds_count") ?? 0) > 5);
  assert.ok((valueAt(samples, "countersign_audit_records") ?? 0) > 5);
  for (const secret of ["canary-word-4711", idOf(card), ana, "checkout", "xoxb", "xapp"])
    assert.ok(!text.includes(secret), `metrics hold ${secret}`);
  await heldToTheirList(text, samples);
  const telling = tellingIn(text);
  for (const expr of [...rules.map((rule) => rule.expr), ...onDashboard])
    assert.deepEqual(wrongIn(expr, telling), [], expr);
});

/** Every name that is told is documented, and every documented one is told, with its labels. */
async function heldToTheirList(text: string, samples: readonly Sample[]): Promise<void> {
  const own = Object.entries(families) as readonly (readonly [string, Family])[];
  const told = [...text.matchAll(/^# TYPE (\S+) /gm)].map((one) => one[1]);
  const ofProcess = (await processFamilies()).map(({ name }) => name);
  assert.deepEqual(told.toSorted(), [...own.map(([name]) => name), ...ofProcess].toSorted());
  for (const [name, family] of own) {
    const ofIt = samples.filter((one) => one.name.replace(/_(bucket|sum|count)$/, "") === name || one.name === name);
    const labels = new Set(ofIt.flatMap((one) => Object.keys(one.labels)).filter((label) => label !== "le"));
    if (name !== "countersign_commit_failures_total" && ofIt.length > 0)
      assert.deepEqual([...labels].toSorted(), Object.keys(family.labels ?? {}).toSorted(), name);
  }
}

test("it is ready once it serves; a cluster that is away makes it unready, is said in status, and told once", async (t) => {
  const clock = new JumpClock();
  const town = await startTown(t, {
    config: (text) => text.replace("  port: 0 # health", '  tell: "#general"\n  port: 0 # health'),
  });
  const { slack } = town;
  const bot = await town.startBot({ clock });
  const general = () => slack.messages("#general").filter((one) => /^(Away|Back): /.test(one.text));
  const hand = setInterval(() => clock.jump(2_000), 50);
  t.after(() => clearInterval(hand));
  const become = async (status: number, path = "/readyz") => {
    let now = await page(bot, path);
    while (now.status !== status) now = await page(bot, path);
    return now.text;
  };
  await become(200);
  await town.cluster.stop();
  // On a slow machine more may be late by a clock that hurries so, and be said before the cluster is.
  const isSaid = (text: string): boolean =>
    (JSON.parse(text) as { notReady: { part: string }[] }).notReady.some(({ part }) => part === "cluster:production");
  while (!isSaid(await become(503)));
  await become(200, "/readyz?exclude=cluster");
  assert.equal((await page(bot, "/healthz")).status, 200);
  await slack.waitForMessage((one) => /^Away: .*Cluster production/.test(one.text), 60_000);
  await slack.as(ana).command("#payments", "/ops", "status");
  const said = await slack.waitUntil(() => slack.ephemerals(ana)[0], "an answer to status");
  assert.match(said.text, /^(A part|\d parts) of the bot (is|are) away\. /);
  assert.match(JSON.stringify(said.blocks), /Cluster production.{1,80} is away since/);
  clock.jump(600_000);
  await become(503);
  const told = general().filter((one) => one.text.includes("Cluster production"));
  assert.equal(told.length, 1, "not in a flood");
});

test("a store that takes nothing is told past the outbox, once, and its end once", async (t) => {
  const clock = new JumpClock();
  const town = await startTown(t, {
    config: (text) => text.replace("  port: 0 # health", '  tell: "#general"\n  port: 0 # health'),
  });
  const bot = await town.startBot({ clock });
  const told = () =>
    town.slack
      .messages("#general")
      .filter((one) => /^(Away|Back): /.test(one.text))
      .map((one) => one.text);
  const hand = setInterval(() => clock.jump(3_000), 50);
  t.after(() => {
    clearInterval(hand);
    mendStore();
  });
  breakStore("full");
  await town.slack.as(ana).command("#payments", "/ops", "rollback checkout because it crashes");
  await town.slack.waitForMessage((one) => one.text.startsWith("Away: The store"), 60_000);
  assert.equal((await page(bot, "/healthz")).status, 200, "the process is not to blame");
  assert.equal((await page(bot, "/readyz")).status, 503);
  mendStore();
  await town.slack.waitForMessage((one) => one.text.includes("Back: The store"), 60_000);
  assert.equal(told().filter((one) => one.includes("Away: The store")).length, 1);
  assert.equal(told().filter((one) => one.includes("Back: The store")).length, 1);
});

test("Slack that takes no messages is said in status, and once it takes them told once, after what waited", async (t) => {
  const clock = new JumpClock();
  const town = await startTown(t, {
    config: (text) => text.replace("  port: 0 # health", '  tell: "#general"\n  port: 0 # health'),
  });
  const { slack } = town;
  const bot = await town.startBot({ clock });
  slack.failNext("chat.postMessage", { status: 503 }, 100_000);
  await slack.as(ana).command("#payments", "/ops", "rollback checkout because it crashes");
  const isNews = async () => {
    while (!town.faults.some((one) => /not sent yet.*"C0GENERAL"/.test(one))) await page(bot, "/readyz");
  };
  await hurried(clock, isNews());
  await slack.as(ana).command("#payments", "/ops", "status");
  const said = await slack.waitUntil(() => slack.ephemerals(ana).at(-1), "an answer to status");
  assert.match(JSON.stringify(said.blocks), /Sending to Slack.{1,80} is away since.*Messages wait/);
  slack.clearFaults();
  const about = (word: string) =>
    slack.messages("#general").filter((one) => one.text.startsWith(word) && one.text.includes("Sending to Slack"));
  await hurried(
    clock,
    slack.waitUntil(() => about("Back: ")[0], "the end of it", 60_000),
  );
  assert.equal(about("Away: ").length, 1);
  assert.equal(about("Back: ").length, 1);
  await town.card((card) => card.text.includes("checkout"));
});
