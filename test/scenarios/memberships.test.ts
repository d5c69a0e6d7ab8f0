// R28, T23: memberships in other systems that end by themselves: one call under a record, looked up when unknown, read back.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RoleConfig } from "../../src/core/access.ts";
import type { Config } from "../../src/core/config.ts";
import { FakeAccessTarget } from "../support/fake-access-target.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { breathMs, errorsApartFromLeaps, hurried, isRecorded, recorded, timePasses } from "../support/story.ts";
import { approve, ask, cardSays, idOf, requestIn, tell, tellOnce, wordsOf } from "../support/talk.ts";
import { ana, ben, chloe, dev, eve, startTown, type Town } from "../support/town.ts";

const hour = 3_600_000;

const reviewers: RoleConfig = {
  name: "reviewers",
  title: "Review changes of the shop",
  bound: { kind: "membership", target: "github", name: "shop-reviewers" },
  rules: null,
  scope: "cluster",
  credentials: [],
  maxForMs: 4 * hour,
  allowStreams: false,
};

const withFreeze = (text: string): string =>
  text.replace(
    "    - name: halt-at-once",
    "    - { name: freeze-at-once, when: { verbs: freeze, groups: engineers }, allow: true, replaces: two-people }\n    - name: halt-at-once",
  );

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
  readonly github: FakeAccessTarget;
  readonly start: () => Promise<void>;
}

async function arrive(t: TestContext): Promise<Here> {
  const town = await startTown(t, { config: withFreeze });
  const clock = new JumpClock();
  const github = new FakeAccessTarget();
  const accessTargets = { get: (name: string) => (name === "github" ? github : null) };
  const over = (config: Config): Config => ({ ...config, access: { ...config.access, roles: [reviewers] } });
  const start = async () => void (await town.startBot({ clock, accessTargets, over }));
  await start();
  return { town, clock, github, start };
}

async function asked({ town, clock }: Here, text: string, user = ana) {
  const card = await ask(town, user, text);
  await approve(town, ben, card);
  clock.jump(breathMs);
  await approve(town, chloe, card);
  return card;
}

const isIn = ({ github }: Here) => github.members.has(`shop-reviewers gh-${dev}`);

test("somebody becomes a member when it is countersigned, and is taken out at the end, each read back", async (t) => {
  const here = await arrive(t);
  const { town, clock, github } = here;
  const card = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  assert.match(wordsOf(card), /\+ add .*gh-U0DEV0001.*member of shop-reviewers on github/);
  assert.match(wordsOf(card), /membership-change/);
  await cardSays(town, card, /is done and verified/);
  assert.ok(isIn(here));
  assert.match(await tell(town, ana, `grant <@${dev}> reviewers for 1h because twice`), /is a member .* already/);
  const longer = await asked(here, `extend ${idOf(card)} for 1h because it takes longer`);
  await cardSays(town, longer, /is done and verified/);
  await timePasses(here, hour + 60_000);
  assert.ok(isIn(here));
  await timePasses(here, hour);
  await town.slack.waitUntil(() => (isIn(here) ? undefined : true), "out again", 60_000);
  clock.jump(breathMs);
  assert.deepEqual(github.calls, [`add shop-reviewers gh-${dev}`, `remove shop-reviewers gh-${dev}`]);
  await town.stopBot();
  const records = (await town.records()).filter((record) => record.request === idOf(card));
  const codes = records.map((record) => record.code);
  assert.ok(codes.lastIndexOf("write.intended") < codes.lastIndexOf("write.done"));
  assert.equal(codes.at(-1), "grant.ended");
  assert.deepEqual(errorsApartFromLeaps(town), []);
});

test("an answer that was lost after it was done is found done, and not sent again", async (t) => {
  const here = await arrive(t);
  here.github.next.push("lost-after");
  const card = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  await hurried(here.clock, cardSays(here.town, card, /is done and verified/));
  assert.deepEqual(here.github.calls, [`add shop-reviewers gh-${dev}`]);
});

test("a call that was lost before it was done is looked up, and sent again", async (t) => {
  const here = await arrive(t);
  here.github.next.push("lost-before");
  const card = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  await hurried(here.clock, cardSays(here.town, card, /is done and verified/));
  assert.equal(here.github.calls.length, 2);
  assert.ok(isIn(here));
});

test("a system that says no ends the request with its words, and nothing is held", async (t) => {
  const here = await arrive(t);
  here.github.next.push("refused");
  const card = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  assert.match(await cardSays(here.town, card, /failed/), /GitHub says no/);
  assert.match(await tellOnce(here.town, ana, "grants", /is ending/), /Nobody holds access/);
  assert.match(await tell(here.town, ana, `grant <@${eve}> reviewers for 1h because x`), /has not signed in/);
  here.github.isAway = true;
  assert.match(await tell(here.town, ana, `grant <@${dev}> reviewers for 1h because x`), /GitHub did not answer/);
});

test("what somebody else changed between approval and execution is not what was approved", async (t) => {
  const here = await arrive(t);
  const card = await ask(here.town, ana, `grant <@${dev}> reviewers for 1h because of a release`);
  here.github.members.add(`shop-reviewers gh-${dev}`);
  await approve(here.town, ben, card);
  here.clock.jump(breathMs);
  await approve(here.town, chloe, card);
  assert.match(await cardSays(here.town, card, /failed/), /is a member of shop-reviewers on github already/);
  assert.deepEqual(here.github.calls, []);
});

test("revoked is said after the reading back; a membership by another way too is told", async (t) => {
  const here = await arrive(t);
  const card = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  await cardSays(here.town, card, /is done and verified/);
  here.github.next.push("lost-before");
  assert.match(await tell(here.town, dev, `done ${idOf(card)}`), /is revoked, and read back as gone/);
  assert.ok(!isIn(here));
  const again = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  await cardSays(here.town, again, /is done and verified/);
  here.github.otherwise = "by the parent team shop.";
  assert.match(
    await tell(here.town, dev, `done ${idOf(again)}`),
    /is still a member of shop-reviewers: by the parent team/,
  );
});

test("T23: a membership that ended while the bot was down ends within five seconds of its start", async (t) => {
  const here = await arrive(t);
  const card = await asked(here, `grant <@${dev}> reviewers for 1h because of a release`);
  await cardSays(here.town, card, /is done and verified/);
  await here.town.stopBot();
  here.clock.jump(3 * hour);
  await here.start();
  const startedAt = Date.now();
  await here.town.slack.waitUntil(() => (isIn(here) ? undefined : true), "out again", 60_000);
  assert.ok(Date.now() - startedAt < 5_000);
});

test("R24, B8: a freeze that comes while the system is looked at stops the call to it", async (t) => {
  const here = await arrive(t);
  const { town, clock, github } = here;
  const card = await ask(town, ana, `grant <@${dev}> reviewers for 1h because of a release`);
  await approve(town, ben, card);
  clock.jump(breathMs);
  let isLate = false;
  // Looked at when it is planned again, and once more right before the call.
  github.meanwhile = async () => {
    if (isLate || !(await isRecorded(town, idOf(card), "execution.claimed"))) return;
    isLate = true;
    const freeze = await tell(town, eve, "freeze everything because stop");
    await recorded(town, requestIn(freeze), "execution.ended");
  };
  await approve(town, chloe, card);
  assert.match(await hurried(clock, cardSays(town, card, /failed/)), /Not sent: Frozen by .*stop/);
  assert.deepEqual(github.calls, []);
});
