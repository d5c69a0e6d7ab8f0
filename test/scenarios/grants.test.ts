// R10, R25, R28, T23: access that ends by itself, through the whole bot: gained when read back, ended when read back.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  bindingOf,
  clusterName,
  clusterNamesOf,
  type Granting,
  granted,
  hears,
  mayReadPods,
  startGranting,
} from "../support/granting.ts";
import {
  breathMs,
  errorsApartFromLeaps,
  faultOnce,
  hurried,
  isRecorded,
  isWriteTo,
  timePasses,
} from "../support/story.ts";
import { approve, ask, cardSays, idOf, tell, tellOnce, wordsOf } from "../support/talk.ts";
import { actionIdOf, ana, ben, breachesOf, chloe, dev, eve, finn } from "../support/town.ts";

const hour = 3_600_000;
const devMay = ({ town }: Granting) => mayReadPods(town.cluster, clusterName(dev));

async function isGone({ town }: Granting, id: string): Promise<void> {
  await town.slack.waitUntil(
    () => (bindingOf(town.cluster, id) === undefined ? true : undefined),
    `${id} gone`,
    60_000,
  );
}

function noErrors({ town }: Granting): void {
  assert.deepEqual(errorsApartFromLeaps(town), []);
  assert.deepEqual(breachesOf(town.slack), []);
}

test("R25, R28: a grant is active once the cluster says so, warns, and ends by its own time; said after it was read back", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const card = await ask(town, ana, `grant <@${dev}> read-logs on shop for 2h because of the failing checkout`);
  assert.match(wordsOf(card), /gains, over what they may do today, in shop on production, by their own credentials/);
  assert.match(wordsOf(card), /get, list, watch pods\nget, list, watch pods\/log/);
  assert.equal(await devMay(here), false);
  await approve(town, ben, card);
  assert.equal(await devMay(here), false, "one vote of two gives nothing");
  clock.jump(breathMs);
  await approve(town, chloe, card);
  await cardSays(town, card, /is done and verified/);
  assert.equal(await devMay(here), true);
  const id = idOf(card);
  const binding = bindingOf(town.cluster, id);
  assert.equal(binding?.metadata.labels?.["countersign.dev/grant"], id);
  assert.equal(binding?.metadata.annotations?.["countersign.dev/expires-after"], "7200s");
  assert.equal(binding?.metadata.annotations?.["countersign.dev/grant-reason"], "of the failing checkout");
  await hears(here, dev, /You have read-logs in shop on production/);
  assert.match(await tell(town, dev, "grants me"), new RegExp(`${id}.*read-logs in shop on production`, "s"));

  await timePasses(here, 2 * hour - 9 * 60_000);
  await hears(here, dev, /read-logs in shop on production ends in \d+m/);
  assert.equal(await devMay(here), true);
  await timePasses(here, 10 * 60_000);
  await isGone(here, id);
  await hears(here, dev, /has ended: its time is over\. Read back as gone; the cluster says no/);
  assert.equal(await devMay(here), false);
  assert.match(await tell(town, dev, `revoke ${id}`), /is over since .* UTC/);
  await town.stopBot();
  const codes = (await town.records()).filter((record) => record.request === id).map((record) => record.code);
  const order = ["grant.activated", "grant.ending", "grant.ended"].map((code) => codes.indexOf(code as never));
  assert.ok(
    order.every((at, index) => at > (order[index - 1] ?? -1)),
    codes.join(" "),
  );
  assert.equal(codes.lastIndexOf("write.intended") < codes.lastIndexOf("grant.ended"), true);
  noErrors(here);
});

test("R10: whoever gains by a grant does not countersign it, and neither does who asked for it", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const card = await ask(town, ana, `grant <@${ben}> read-logs on shop for 30m because of an alarm`);
  await town.press(ben, card, "open-approve");
  const shown = await town.slack.waitForModal(ben);
  assert.match(JSON.stringify(shown.view), /gains by it/);
  await town.press(ana, card, "open-approve");
  assert.match(JSON.stringify((await town.slack.waitForModal(ana)).view), /nobody countersigns their own change/);
  assert.equal(await mayReadPods(town.cluster, clusterName(ben)), false);
});

test("revoke ends it at once, is told after the reading back, and a second one says that it is over", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  assert.match(await tell(town, finn, `revoke ${id}`), /is revoked, and read back as gone/, "finn may countersign it");
  assert.equal(await devMay(here), false);
  assert.match(await tell(town, ben, `revoke ${id} because again`), /is over since/);
  await hears(here, dev, /has ended: revoked by /);
  noErrors(here);
});

test("those who neither hold a grant, nor asked, nor may countersign it do not end it; its holder is done with it", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, `grant <@${ben}> read-logs on shop for 1h because of an alarm`, [chloe, finn]);
  assert.match(await tell(town, dev, `revoke ${id}`), /neither holds .*, nor asked for it, nor may countersign it/);
  assert.match(await tell(town, ana, `done ${id}`), /is held by .*Type revoke/s);
  assert.equal(await mayReadPods(town.cluster, clusterName(ben)), true);
  const news = await hears(here, ben, /You have read-logs/);
  await town.slack.as(ben).click({ channel: news.channel, ts: news.ts }, actionIdOf(news, "run-command"));
  await isGone(here, id);
  assert.equal(await mayReadPods(town.cluster, clusterName(ben)), false);
  const eves = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  assert.match(await tell(town, eve, `revoke ${eves}`), /is revoked/, "security is among the admins of access");
});

test("R25: an extension needs what granting needs, moves the end, and never goes beyond what the role allows", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 2h because of an alarm`);
  assert.match(
    await tell(town, dev, `extend ${id} for 3h because of more`),
    /may be held for 4h in all.*Type for 2h or less/s,
  );
  const card = await ask(town, dev, `extend ${id} for 90m because of more`);
  assert.match(wordsOf(card), /by 1h30m to 3h30m/);
  await town.press(dev, card, "open-approve");
  assert.match(JSON.stringify((await town.slack.waitForModal(dev)).view), /nobody countersigns/);
  await approve(town, ben, card);
  clock.jump(breathMs);
  await approve(town, chloe, card);
  await cardSays(town, card, /is done and verified/);
  assert.equal(bindingOf(town.cluster, id)?.metadata.annotations?.["countersign.dev/expires-after"], "12600s");
  await timePasses(here, 2 * hour + 60_000);
  assert.equal(await devMay(here), true, "the old end is past");
  await timePasses(here, 2 * hour);
  await isGone(here, id);
  assert.equal(await devMay(here), false);
  noErrors(here);
});

test("R25: an approver may let it be shorter, never longer: votes are void, and it is voted on anew", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const card = await ask(town, ana, `grant <@${dev}> read-logs on shop for 2h because of an alarm`);
  const id = idOf(card);
  await approve(town, chloe, card);
  assert.match(await tell(town, ben, `shorten ${id} to 3h`), /asks for 2h; 3h is not less/);
  assert.match(await tell(town, dev, `shorten ${id} to 30m`), /nobody countersigns their own|gains by it/);
  assert.match(await tell(town, eve, `shorten ${id} to 30m`), /not among those who may countersign/);
  assert.match(await tell(town, ben, `shorten ${id} to 30m`), /asks for 30m now, as version 2/);
  const shorter = await town.card((one) => one.ts !== card.ts && one.text.startsWith(`${id} waits`));
  assert.match(wordsOf(shorter), /for 30m/);
  clock.jump(breathMs);
  await approve(town, ben, shorter);
  clock.jump(breathMs);
  assert.equal(await devMay(here), false, "the earlier vote no longer counts");
  await approve(town, chloe, shorter);
  await cardSays(town, shorter, /is done and verified/);
  assert.equal(bindingOf(town.cluster, id)?.metadata.annotations?.["countersign.dev/expires-after"], "1800s");
  assert.match(await tell(town, ben, `shorten ${id} to 10m`), /is over: done/);
  noErrors(here);
});

test("R8, R25: a planned start waits for its time; the approval is valid from then on, and the clock runs from there", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const from = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 5 * hour).toISOString().slice(0, 16);
  const card = await ask(town, ana, `grant <@${dev}> read-logs on shop for 1h --from ${from}Z because of a release`);
  assert.match(wordsOf(card), new RegExp(`from ${from.replace("T", " ")} UTC`));
  await approve(town, ben, card);
  clock.jump(breathMs);
  await approve(town, chloe, card);
  await cardSays(town, card, /is approved/);
  assert.match(await tell(town, ana, "temp"), new RegExp(`${idOf(card)}.*read-logs in shop on production.*from`, "s"));
  await timePasses(here, 4 * hour);
  assert.equal(await devMay(here), false);
  await timePasses(here, hour + 2 * 60_000);
  await cardSays(town, card, /is done and verified/);
  // The cluster's clock did not leap: by its binding's own time the grant is over again at once, and who asks now may be too late.
  assert.ok(await isRecorded(town, idOf(card), "grant.activated"));
  noErrors(here);
});

test("T23: a grant that ended while the bot was down is ended within five seconds of its start", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  await town.stopBot();
  assert.equal(await devMay(here), true);
  clock.jump(3 * hour);
  const startedAt = Date.now();
  await town.startBot({ clock, clusterNamesOf });
  await isGone(here, id);
  assert.ok(Date.now() - startedAt < 5_000);
  assert.equal(await devMay(here), false);
  await hears(here, dev, /has ended: its time is over/);
  noErrors(here);
});

test("T23: what the reaper took away while the bot was down ended by its time, and nobody is said to have removed it", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  await town.stopBot();
  clock.jump(hour + 10_000);
  town.cluster.objects.delete({ kind: "RoleBinding", namespace: "shop", name: `countersign-grant-${id}` });
  await town.startBot({ clock, clusterNamesOf });
  await hears(here, dev, /has ended: its time is over\. Read back as gone; the cluster says no/);
  noErrors(here);
});

test("a binding that somebody removed by hand is noticed, and recorded as that", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 4h because of an alarm`);
  town.cluster.objects.delete({ kind: "RoleBinding", namespace: "shop", name: `countersign-grant-${id}` });
  await timePasses(here, 6 * 60_000);
  await hears(here, dev, /somebody removed it in the cluster/);
  assert.match(await tell(town, ana, "grants"), /Nobody holds access/);
});

test("a cluster-wide token's account stands in the configured namespace, and its role is bound on the whole cluster", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, `grant <@${dev}> see-nodes on production for 30m because of an alarm`);
  const name = `countersign-grant-${id}`;
  assert.notEqual(town.cluster.objects.get({ kind: "ServiceAccount", namespace: "monitoring", name }), undefined);
  assert.notEqual(town.cluster.objects.get({ kind: "ClusterRoleBinding", namespace: "", name }), undefined);
  assert.match(await tell(town, ana, `revoke ${id}`), /is revoked/);
  assert.equal(town.cluster.objects.get({ kind: "ClusterRoleBinding", namespace: "", name }), undefined);
});

test("an end that the cluster does not let happen is not said, and happens when it does", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  for (let at = 0; at < 40; at += 1) town.cluster.failNext({ method: "DELETE" }, { status: 500 });
  const answering = tell(town, dev, `done ${id}`);
  const hand = setInterval(() => clock.jump(1_000), 100);
  assert.match(await answering, /is ending.*I say so when it is read back as gone/s);
  clearInterval(hand);
  assert.equal(await devMay(here), true);
  town.cluster.clearFaults();
  await timePasses(here, 10_000);
  await isGone(here, id);
  await hears(here, dev, /you are done with it/);
  assert.equal(await devMay(here), false);
});

async function refusedWith(t: TestContext): Promise<void> {
  const here = await startGranting(t);
  const { town } = here;
  for (const [text, says] of [
    [`grant <@${eve}> read-logs on shop for 1h because x`, /has not signed in.*type login/s],
    [`grant <@${dev}> read-log on shop for 1h because x`, /no role “read-log”.*read-logs/s],
    [`grant <@${dev}> read-logs on shop for 5h because x`, /5h is longer than read-logs may be held: 4h/],
    [`grant <@${dev}> read-logs on shop for 0s because x`, /0s is shorter than can be ended in time/],
    [`grant <@${dev}> read-logs on shop for 9m --as token because x`, /none that lives under 10m/],
    [`grant <@${dev}> read-logs on shop for two hours because x`, /“two” is not a duration|don't know what/],
    [`grant <@${dev}> read-logs on production: for 1h because x`, /granted in one namespace/],
    [`grant <@${dev}> see-nodes on shop for 1h because x`, /granted on a whole cluster/],
    [`grant <@${dev}> shell on shop for 1h because x`, /pods\/exec.*stays open after the grant's end/s],
    [`grant <@${dev}> editor on shop for 1h --as token because x`, /is not given as “token”/],
    [`grant dev read-logs on shop for 1h because x`, /“dev” is nobody that I can tell from others/],
    [`grant me read-logs on shop for 1h --from 2026-02-31T10:00 because x`, /no time that exists/],
    [`grant me read-logs on shop for 1h --from 2020-02-01T10:00Z because x`, /is over: it was 2020-02-01 10:00 UTC/],
    ["revoke r-0000000", /There is no grant r-0000000/],
    ["extend r-0000000 for 1h because x", /There is no grant r-0000000/],
    ["shorten r-0000000 to 10m", /There is no request r-0000000/],
  ] as const)
    assert.match(await tell(town, ana, text), says, text);
  town.cluster.objects.put({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "countersign:grant:read-logs" },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  });
  assert.match(
    await tell(town, ana, `grant <@${dev}> read-logs on shop for 1h because x`),
    /does not hold what the catalogue says/,
  );
  noErrors(here);
}

test("bad words, lengths, places and roles get a sentence and change nothing", refusedWith);

test("T22: what lets its holder escalate is a risk fact, and needs who the policy asks for that; what one has is not granted again", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const card = await ask(town, ana, `grant <@${dev}> editor on shop for 30m because of a repair`);
  assert.match(wordsOf(card), /rbac-escalation.*it reads Secrets/s);
  assert.match(wordsOf(card), /1 of security/);
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  assert.match(
    await tell(town, ana, `grant <@${dev}> read-logs on shop for 1h because twice`),
    /can already do everything that read-logs gives there/,
  );
  await tell(town, ana, `revoke ${id}`);
});

test("R28: a grant's binding whose label somebody took off is its binding all the same, and ends with it", async (t) => {
  const here = await startGranting(t);
  const { town } = here;
  const id = await granted(here, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  const binding = bindingOf(town.cluster, id) ?? assert.fail();
  const { labels: _, ...metadata } = binding.metadata;
  town.cluster.objects.put({ ...binding, metadata: { ...metadata, labels: { mine: "now" } } } as never);
  assert.equal(bindingOf(town.cluster, id)?.metadata.uid, binding.metadata.uid);
  assert.equal(bindingOf(town.cluster, id)?.metadata.labels?.["countersign.dev/grant"], undefined);
  await timePasses(here, hour + 60_000);
  await isGone(here, id);
  assert.equal(await devMay(here), false);
});

test("R24: rules and freezes see a token grant where its role is given, not where its account stands", async (t) => {
  const here = await startGranting(t, (text) =>
    text
      .replace("name: two-people", "name: two-people-in-shop")
      .replace(
        "when: { actions: change, groups: engineers }",
        "when: { actions: change, groups: engineers, namespaces: [shop] }",
      )
      .replaceAll("replaces: two-people\n", "replaces: two-people-in-shop\n"),
  );
  const { town } = here;
  const card = await ask(town, ana, `grant <@${dev}> read-logs on shop for 30m --as token because of an alarm`);
  assert.match(wordsOf(card), /read-logs in shop/);
  assert.match(
    await tell(town, ana, `grant <@${dev}> see-nodes on production for 30m because of an alarm`),
    /no rule|not allowed|No rule/i,
  );
});

test("R28: what is given and not yet read back is revoked like any grant, and is never active afterwards", async (t) => {
  const here = await startGranting(t);
  const { town, clock } = here;
  const card = await ask(town, ana, `grant <@${dev}> read-logs on shop for 1h because of an alarm`);
  await approve(town, ben, card);
  clock.jump(breathMs);
  // From the binding on the cluster's authorizer does not answer, so nothing is read back.
  faultOnce(town.cluster, isWriteTo("rolebindings"), { slowMs: 1 }, () => {
    for (let each = 0; each < 400; each += 1)
      town.cluster.failNext({ method: "POST", path: /subjectaccessreviews$/ }, { status: 500 });
  });
  await approve(town, chloe, card);
  const id = idOf(card);
  await town.slack.waitUntil(() => bindingOf(town.cluster, id), "the binding", 60_000);
  // The binding stands in the cluster a moment before the bot knows that.
  const answering = hurried(clock, tellOnce(town, ana, `revoke ${id}`, /while it is being made, try again/));
  await isGone(here, id);
  town.cluster.clearFaults();
  assert.match(await answering, /is revoked, and read back as gone|is ending/);
  assert.equal(await devMay(here), false);
  assert.match(await hurried(clock, cardSays(town, card, /not confirmed/)), /the cluster says no|revoked/);
  await town.stopBot();
  const codes = (await town.records()).filter(({ request }) => request === id).map(({ code }) => code);
  assert.ok(codes.includes("grant.ended") && !codes.includes("grant.activated"), codes.join(" "));
});
