// What somebody may see is asked once for many, kept for half a minute, and gone then.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Access, Allowed } from "../../../src/core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../../src/core/refusal.ts";
import type { Impersonation } from "../../../src/integrations/kubernetes/impersonate.ts";
import { Reviews } from "../../../src/integrations/kubernetes/reviews.ts";
import { type Sight, sight, sightNow } from "../../../src/integrations/kubernetes/sight.ts";
import { HandClock } from "../../support/hand-clock.ts";

const ana: Impersonation = { user: "ana", uid: null, groups: ["a", "b"], extra: {} };
const pods: Access = { verb: "list", group: "", resource: "pods", namespace: "shop" };

function asked(answer: (subject: Impersonation, access: Access) => Promise<Allowed | Refusal>) {
  const clock = new HandClock();
  const calls: string[] = [];
  const reviews = new Reviews((subject, access) => {
    calls.push(`${subject.user} ${access.verb} ${access.resource} ${access.namespace}`);
    return answer(subject, access);
  }, clock);
  return { clock, calls, reviews };
}

const yes = async (): Promise<Allowed> => ({ allowed: true, reason: "" });

test("an answer is kept for less than half a minute, also a no, and each subject has its own", async () => {
  let allowed = false;
  const { clock, calls, reviews } = asked(async () => ({ allowed, reason: "" }));
  const hers = reviews.of(ana);
  assert.equal(hers.known(pods), null);
  assert.equal(await hers.allowed(pods), false);
  allowed = true;
  clock.advance(29_999);
  assert.deepEqual([hers.known(pods), await hers.allowed(pods)], [false, false]);
  assert.equal(reviews.of({ ...ana, groups: ["a b"] }).known(pods), null);
  clock.advance(1);
  assert.equal(hers.known(pods), null);
  assert.equal(await hers.allowed(pods), true);
  assert.equal(calls.length, 2);
});

test("the half minute begins when it was asked, not when the server got round to answering", async () => {
  const answers = [Promise.withResolvers<Allowed>()];
  const { clock, reviews } = asked(() => answers[0]?.promise ?? yes());
  const first = reviews.of(ana).allowed(pods);
  clock.advance(20_000);
  answers[0]?.resolve({ allowed: true, reason: "" });
  assert.equal(await first, true);
  clock.advance(10_000);
  assert.equal(reviews.of(ana).known(pods), null);
});

test("of many who ask for the same at once, one asks the cluster; at most sixteen questions are under way", async () => {
  let running = 0;
  let most = 0;
  const { calls, reviews } = asked(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return { allowed: true, reason: "" };
  });
  const places = Array.from({ length: 100 }, (_, index) => ({ ...pods, namespace: `n${index % 50}` }));
  await Promise.all(places.map((access) => reviews.of(ana).allowed(access)));
  assert.equal(calls.length, 50);
  assert.equal(most, 16);
});

test("what the cluster did not answer is not kept, and a clock that was put back makes all of it old", async () => {
  let away = true;
  const { clock, reviews } = asked(async () => (away ? refuse("cluster-unreachable", "away", "wait") : yes()));
  clock.advance(60_000);
  const refused = await reviews.of(ana).allowed(pods);
  assert.ok(refused !== true && refused !== false && isRefusal(refused));
  away = false;
  assert.equal(await reviews.of(ana).allowed(pods), true);
  clock.advance(-1);
  assert.equal(reviews.of(ana).known(pods), null);
});

const namespaces = () => ["data", "shop"];
const cluster = { kind: "cluster" } as const;

async function seen(rights: (access: Access) => boolean): Promise<{ sight: Sight; calls: readonly string[] }> {
  const { calls, reviews } = asked(async (_, access) => ({ allowed: rights(access), reason: "" }));
  const found = await sight(reviews.of(ana), cluster, namespaces);
  assert.ok(!isRefusal(found));
  assert.deepEqual(sightNow(reviews.of(ana), cluster, namespaces)?.key, found.key, "then it is known without asking");
  return { sight: found, calls };
}

test("who may list everywhere is asked about once for each resource, others about each namespace", async () => {
  const all = await seen(() => true);
  assert.deepEqual([all.sight.isAll, all.calls.length], [true, 5]);
  const some = await seen(({ resource, namespace }) => namespace === "shop" && resource !== "daemonsets");
  assert.deepEqual([some.sight.isAll, some.sight.isNothing, some.sight.nodes], [false, false, false]);
  assert.deepEqual(
    (["pods", "deployments", "daemonsets"] as const).map((one) => [
      some.sight.may(one, "shop"),
      some.sight.may(one, "data"),
    ]),
    [
      [true, false],
      [true, false],
      [false, false],
    ],
  );
  assert.equal(some.calls.length, 5 + 4 * 2);
  const none = await seen(() => false);
  assert.ok(none.sight.isNothing && !none.sight.isAll);
});

test("one namespace is asked about alone, and nothing is answered while one of its questions is open", async () => {
  const { calls, reviews } = asked(async (_, { resource }) => ({ allowed: resource === "pods", reason: "" }));
  const scope = { kind: "namespace", namespace: "shop" } as const;
  const hers = reviews.of(ana);
  assert.equal(sightNow(hers, scope, namespaces), null);
  await hers.allowed(pods);
  assert.equal(sightNow(hers, scope, namespaces), null);
  await sight(hers, scope, namespaces);
  assert.ok(sightNow(hers, scope, namespaces)?.may("pods", "shop"));
  assert.ok(calls.every((call) => call.endsWith(" shop")) && calls.length === 4);
});
