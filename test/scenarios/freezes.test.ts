// R24, R29, B8: a freeze from chat holds at once and everywhere, stops the next write, ends by itself, and is taken back by two.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { momentText } from "../../src/core/zone.ts";
import { JumpClock } from "../support/jump-clock.ts";
import {
  errorsApartFromLeaps,
  errorsOf,
  faultOnce,
  isWriteTo,
  plant,
  released,
  timePasses,
  writesFor,
} from "../support/story.ts";
import { approve, ask, cardOf, cardSays, idOf, oneApproval, requestIn, tell } from "../support/talk.ts";
import { ana, ben, eve, finn, startTown, type Town, writesOf } from "../support/town.ts";

const freezeRule = `    - name: freeze-at-once
      when: { verbs: freeze, groups: engineers }
      allow: true
      replaces: two-people
`;
const withFreeze = (text: string): string =>
  oneApproval(text).replace("    - name: halt-at-once", `${freezeRule}    - name: halt-at-once`);

async function arrive(t: TestContext, names: readonly string[]): Promise<{ town: Town; clock: JumpClock }> {
  const town = await startTown(t, { config: withFreeze });
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

async function done(town: Town, text: string): Promise<string> {
  const id = requestIn(await tell(town, eve, text));
  await town.slack.waitForMessage((message) => message.text.startsWith(`${id} is done and verified`), 60_000);
  return id;
}

const minute = 60_000;
/** The claim looks at the object twice before. */
const lookOfTheWrite = 3;

test("R24, B8: a freeze refuses at once, is told in a dry run, holds what is approved, ends by itself and says so once", async (t) => {
  const { town, clock } = await arrive(t, ["one", "two"]);
  const early = await ask(town, ana, "restart shop/two");
  await done(town, "freeze production/shop for 10m --name migration because payment migration");
  assert.match(
    await tell(town, ana, "restart shop/one"),
    /payment migration \(frozen by eve.*until 20.*Rule: migration/s,
  );
  assert.match(await tell(town, ana, "restart shop/one --dry-run"), /frozen now by migration: payment migration/);
  assert.match(
    await tell(town, ana, "can-i restart shop/one"),
    /No: payment migration \(frozen by eve.*\(migration\)/s,
  );
  assert.match(await tell(town, ana, "freezes"), /Frozen now.*migration.*production\/shop.*until.*payment migration/s);
  await approve(town, ben, early);
  await cardSays(town, early, /is approved/);
  await timePasses({ town, clock }, 4_000);
  assert.equal(writesOf(town.cluster).length, 0, "what is approved waits for the end of the freeze");
  await timePasses({ town, clock }, 10 * minute);
  await cardSays(town, early, /is done and verified/);
  assert.match(await tell(town, ana, "freezes"), /Nothing is frozen/);
  await timePasses({ town, clock }, minute);
  await town.stopBot();
  const ended = (await town.records()).filter((record) => record.code === "freeze.ended");
  assert.deepEqual(
    ended.map((record) => record.details.freeze),
    ["migration"],
  );
  assert.deepEqual(errorsOf(town), []);
});

test("B8: a freeze that comes in the middle stops the next write, and says what was done and what was not", async (t) => {
  const { town } = await arrive(t, ["one"]);
  const manifest = ["first", "second"]
    .map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\ndata: { a: "1" }`)
    .join("\n---\n");
  await town.slack.as(ana).command("#payments", "/ops", "apply");
  await town.slack.waitForModal(ana);
  await town.slack.as(ana).submit({ manifest, cluster: "production", reason: "config" });
  const card = await town.card((message) => message.text.includes("waits to be countersigned"));
  const frozen: Promise<string>[] = [];
  faultOnce(town.cluster, isWriteTo("configmaps"), { slowMs: 1_500 }, () => {
    frozen.push(done(town, "freeze production/shop because something is wrong"));
  });
  await approve(town, ben, card);
  const end = await cardSays(town, card, /failed/);
  assert.match(end, /1 of 2 changes were written, 1 were not.*Frozen by fz-.*something is wrong/s);
  assert.match(end, /first.*was written.*second.*was (refused|not touched)/s);
  await Promise.all(frozen);
  assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
});

test("B8, R29: a freeze and a halt that come between the intent and the call stop the call", async (t) => {
  for (const [command, says] of [
    ["freeze production because stop", /Nothing was written.*Frozen by/s],
    ["halt because stop", /Nothing was written.*halted/s],
  ] as const) {
    const { town } = await arrive(t, ["late"]);
    const card = await ask(town, ana, "restart shop/late");
    let reads = 0;
    const stopped: Promise<string>[] = [];
    // The last look before the write: the claim's own comes first.
    const isLast = (entry: RequestEntry): boolean => {
      if (entry.method === "GET" && entry.path.endsWith("/deployments/late")) reads += 1;
      return reads === lookOfTheWrite && stopped.length === 0;
    };
    faultOnce(town.cluster, isLast, { slowMs: 1_500 }, () => stopped.push(done(town, command)));
    await approve(town, ben, card);
    assert.match(await cardSays(town, card, /failed/), says);
    await Promise.all(stopped);
    assert.equal(writesFor(town.cluster, idOf(card)).length, 0);
    await town.stopBot();
    const codes = (await town.records()).filter(({ request }) => request === idOf(card)).map(({ code }) => code);
    assert.ok(codes.includes("write.intended"), "it came after the intent");
  }
});

test("R24: unfreezing needs a second person, is drift-proof, and wrong words change nothing", async (t) => {
  const { town } = await arrive(t, ["one"]);
  await done(town, "freeze production because 1");
  const name = /fz-[0-9a-z]{4}/.exec(await tell(town, ana, "freezes"))?.[0] ?? "";
  const card = await cardOf(town, requestIn(await tell(town, ana, `unfreeze ${name} because it was nothing`)));
  const twice = await cardOf(town, requestIn(await tell(town, eve, `unfreeze ${name} because me too`)));
  assert.match(await tell(town, ana, "restart shop/one"), /frozen by eve/, "still frozen while it waits");
  await approve(town, finn, card);
  await cardSays(town, card, /is done and verified/);
  await approve(town, finn, twice);
  await cardSays(town, twice, /failed/);
  requestIn(await tell(town, ana, "restart shop/one"));
  for (const [words, says] of [
    ["freeze prodction", /no environment and no cluster, so nothing was frozen.*production/s],
    ["freeze production/shp for 2h", /no namespace “shp”.*shop/s],
    ["freeze production for later", /“later” is not a duration/],
    ["freeze production for 90d", /31 days at most/],
    ["freeze production --until 2020-01-01T00:00Z", /over before it begins/],
    ["freeze production --until soon", /“soon” is no moment/],
    ["freeze production --verbs get", /no verb that changes anything/],
    ["freeze production -n shop", /takes its place as a word/],
    ["freeze production/shop production", /would freeze more than you typed/],
    ["freeze production/shop/checkout", /names more than a place/],
    ["unfreeze nothing", /Nobody has set a freeze “nothing”/],
  ] as const)
    assert.match(await tell(town, ana, words), says, words);
  assert.match(await tell(town, ana, "freezes"), /Nothing is frozen/);
});

const day = 86_400_000;
/** Days from today on, by Berlin's clock. */
const berlinDay = (ahead: number): string => momentText(Date.now() + ahead * day, "Europe/Berlin").slice(0, 10);

function withCalendars(text: string): string {
  const season = `{ from: ${berlinDay(3)}, until: ${berlinDay(4)} }, ${berlinDay(20)}`;
  const calendars = `  calendars:
    - { name: season, zone: Europe/Berlin, days: [${season}] }
    - { name: far, zone: Europe/Berlin, days: [${berlinDay(40)}] }
    - { name: past, zone: Europe/Berlin, days: [2020-01-01] }
  freezes:
    - { name: peace, calendars: season, reason: nobody is there, when: { verbs: scale } }
`;
  return withFreeze(text).replace("policy:\n", `policy:\n${calendars}`);
}

test("R24: a freeze on the next days of a calendar begins and ends by the calendar's zone, and freezes tells them all", async (t) => {
  const town = await startTown(t, { config: withCalendars });
  plant(town.cluster, "one");
  await released(town.cluster, "one");
  const clock = new JumpClock();
  await town.startBot({ clock });
  const [from, until] = [`${berlinDay(3)} 00:00`, `${berlinDay(5)} 00:00`];
  const told = new RegExp(
    `Nothing is frozen now.*Next.*peace.*Europe/Berlin: ${from} until ${until}; ${berlinDay(20)} 00:00 until ${berlinDay(21)} 00:00`,
    "s",
  );
  assert.match(await tell(town, ana, "freezes"), told);
  for (const [words, says] of [
    ["freeze production --calendar seson because x", /no calendar “seson”, so nothing was frozen.*season, far, past/s],
    ["freeze production --calendar past because x", /All days of the calendar past are over/],
    ["freeze production --calendar far because x", /more than 31 days ahead.*policy/s],
    ["freeze production for 2h --calendar season because x", /says itself when the freeze begins and ends/],
  ] as const)
    assert.match(await tell(town, eve, words), says, words);
  await done(town, "freeze production/shop --calendar season --name season because the season begins");
  assert.match(await tell(town, ana, "freezes"), /season.*production\/shop.*UTC: .*the season begins|season.*UTC: /s);
  assert.match(await tell(town, ana, "temp"), /season.*Freeze of production\/shop: .*from.*until/s);
  requestIn(await tell(town, ana, "restart shop/one"));
  await timePasses({ town, clock }, 3 * day + 60_000);
  assert.match(await tell(town, ana, "restart shop/one"), /the season begins \(frozen by eve/);
  await timePasses({ town, clock }, 2 * day);
  requestIn(await tell(town, ana, "restart shop/one"));
  assert.deepEqual(errorsApartFromLeaps(town), []);
});
