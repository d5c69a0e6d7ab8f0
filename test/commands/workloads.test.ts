// restart, pause, resume, scale, set image: decided on facts, with kubectl's semantics.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Workload } from "../../src/commands/parts/neighbours.ts";
import { pause } from "../../src/commands/pause.ts";
import { restart } from "../../src/commands/restart.ts";
import { resume } from "../../src/commands/resume.ts";
import { scale } from "../../src/commands/scale.ts";
import { setImage } from "../../src/commands/set-image.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { asking, autoscaler, bodyOf, drafted, live, refTo, refusedAs, template } from "./make.ts";

const target = refTo("Deployment");
const restartedAt = "kubectl.kubernetes.io/restartedAt";

test("a restart is kubectl's annotation, at the time of the request", () => {
  const draft = drafted(
    restart.decide(live("DaemonSet"), { target }, { ...asking, requestedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678) }),
  );
  assert.deepEqual(bodyOf(draft), {
    spec: { template: { metadata: { annotations: { [restartedAt]: "2026-01-02T03:04:05Z" } } } },
  });
});

test("a second restart within the same second is refused, as the patch would change nothing", () => {
  const annotations = { [restartedAt]: new Date(asking.requestedAt).toISOString().replace(".000", "") };
  const now = live("Deployment", { template: template("app:42", { annotations }) });
  assert.match(refusedAs(restart.decide(now, { target }, asking)), /^already-so: .*in this very second/);
});

test("a paused or OnDelete workload would replace no pod, so restart says what to do instead", () => {
  assert.match(
    refusedAs(restart.decide(live("Deployment", { paused: true }), { target }, asking)),
    /^paused: .*First type: resume production:shop\/deployment\/checkout/,
  );
  const byHand = live("StatefulSet", { updateStrategy: { type: "OnDelete" } });
  assert.match(
    refusedAs(restart.decide(byHand, { target }, asking)),
    /^unsupported-strategy: .*OnDelete.*delete pod\//,
  );
});

test("pause and resume are each other's undo, and refuse what is already so", () => {
  const paused = live("Deployment", { paused: true });
  assert.deepEqual(bodyOf(drafted(pause.decide(live(), { target }, asking))), { spec: { paused: true } });
  assert.deepEqual(bodyOf(drafted(resume.decide(paused, { target }, asking))), { spec: { paused: false } });
  assert.match(refusedAs(pause.decide(paused, { target }, asking)), /^already-so: .*To go on, type: resume/);
  assert.match(refusedAs(resume.decide(live(), { target }, asking)), /^already-so: .*is not paused/);
});

const scaleOf = (replicas: number): JsonObject => ({ kind: "Scale", spec: replicas === 0 ? {} : { replicas } });
const scaled = (from: number, to: number, one: Workload = live()) =>
  scale.decide({ live: one, scale: scaleOf(from) }, { target, replicas: to }, asking);

test("scaling patches the scale subresource and can be taken back", () => {
  const draft = drafted(scaled(3, 1));
  assert.equal(draft.title, "Scale checkout in shop on production from 3 to 1 replica");
  const [change] = draft.changes;
  assert.ok(change?.kind === "object");
  assert.equal(change.call.path, "/apis/apps/v1/namespaces/shop/deployments/checkout/scale");
  assert.deepEqual(change.call.body, { spec: { replicas: 1 } });
  assert.deepEqual(draft.undo.kind === "command" ? draft.undo.invocation.args.replicas : null, "3");
});

test("the same number is refused; from zero is read from a Scale that leaves zero out", () => {
  assert.match(refusedAs(scaled(1, 1)), /^already-so: .*already has 1 replica\./);
  assert.match(refusedAs(scaled(0, 0)), /already has 0 replicas/);
  assert.match(drafted(scaled(0, 2)).title, /from 0 to 2 replicas/);
});

test("an autoscaler that will override is a risk fact, before and not after", () => {
  const one = { ...live(), neighbours: { autoscalers: [autoscaler], disruptionBudgets: [] } };
  assert.deepEqual(
    drafted(scaled(3, 5, one)).risks.map((risk) => [risk.kind, risk.says]),
    [["autoscaler-owns", "HorizontalPodAutoscaler checkout keeps the replicas from 3 to 9 and will override."]],
  );
});

test("a StatefulSet that deletes the claims of pods that go says so, on the way down only", () => {
  const losing = live("StatefulSet", { persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" } });
  assert.deepEqual(
    drafted(scaled(3, 2, losing)).risks.map((risk) => risk.kind),
    ["data-loss"],
  );
  assert.deepEqual(drafted(scaled(3, 4, losing)).risks, []);
});

const image = (images: string, one: Workload = live()) => setImage.decide(one, { target, images }, asking);

const images: readonly (readonly [string, JsonObject])[] = [
  ["app=app:43", { containers: [{ name: "app", image: "app:43" }] }],
  [
    "app=app:43 proxy=envoy:2",
    {
      containers: [
        { name: "app", image: "app:43" },
        { name: "proxy", image: "envoy:2" },
      ],
    },
  ],
  ["migrate=db:2", { initContainers: [{ name: "migrate", image: "db:2" }] }],
  // kubectl: * means init containers too.
  [
    "*=all:1",
    {
      initContainers: [{ name: "migrate", image: "all:1" }],
      containers: [
        { name: "app", image: "all:1" },
        { name: "proxy", image: "all:1" },
      ],
    },
  ],
  // Only what changes is sent.
  ["app=app:42 proxy=envoy:2", { containers: [{ name: "proxy", image: "envoy:2" }] }],
  [
    `app=localhost:5000/team/app@sha256:${"a".repeat(64)}`,
    { containers: [{ name: "app", image: `localhost:5000/team/app@sha256:${"a".repeat(64)}` }] },
  ],
];

for (const [typed, spec] of images)
  test(`set image ${typed.slice(0, 40)}`, () =>
    assert.deepEqual(bodyOf(drafted(image(typed))), { spec: { template: { spec } } }));

const noImages: readonly (readonly [string, RegExp])[] = [
  ["app=app:42", /^already-so: .*already runs app:42/],
  ["web=x:1", /^bad-argument: There is no container “web”\. The containers are app, proxy, migrate; \* means all/],
  ["registry.example/app:43", /is not CONTAINER=IMAGE\. Write for example app=registry\.example\/app:43/],
  ["=x:1", /is not CONTAINER=IMAGE/],
  ["app=", /is not CONTAINER=IMAGE/],
  ["app=x y:1", /“y:1” is not CONTAINER=IMAGE/],
  ["app=http://x/y:1", /is no image reference/],
  ["app=x@sha256:abc", /is no image reference.*64 hex digits/],
  [`app=${"a".repeat(600)}`, /is no image reference/],
  ["*=x:1 app=y:1", /\* already means every container/],
  ["__proto__=x:1", /There is no container “__proto__”/],
];

for (const [typed, says] of noImages)
  test(`set image ${typed.slice(0, 30)} is refused`, () => assert.match(refusedAs(image(typed)), says));

test("the undo of set image names the images of before; a paused rollout is not watched", () => {
  const draft = drafted(image("*=all:1", live("Deployment", { paused: true })));
  assert.deepEqual(
    draft.undo.kind === "command" ? draft.undo.invocation.args.images : null,
    "app=app:42 proxy=envoy:1 migrate=db:1",
  );
  assert.deepEqual(
    draft.goals.map((goal) => goal.kind),
    ["present"],
  );
  assert.match(draft.notes.join(" "), /paused: pods change once it is resumed/);
});
