// Going back, decided as kubectl rollout undo decides it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rollback } from "../../src/commands/rollback.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Revision } from "../../src/kubernetes/history.ts";
import { asking, autoscaler, bodyOf, drafted, live, refTo, refusedAs, template } from "./make.ts";

function revision(number: number, data: JsonObject | null = null): Revision {
  return {
    revision: number,
    name: `checkout-${number}`,
    changeCause: "",
    template: template(`app:${number}`),
    images: [`app:${number}`],
    createdAt: 0,
    annotations: { "deployment.kubernetes.io/revision": String(number), "kubernetes.io/change-cause": `v${number}` },
    data,
  };
}

const revisions = [revision(40), revision(41), revision(42)];
const decide = (facts: Parameters<typeof rollback.decide>[0], to?: number) =>
  rollback.decide(facts, { target: refTo("Deployment"), to }, asking);

test("a Deployment goes back to the revision before the current one, by kubectl's JSON patch", () => {
  const annotations = { "deployment.kubernetes.io/revision": "42", own: "gone" };
  const draft = drafted(decide({ live: live("Deployment", {}, { annotations }), revisions }));
  assert.equal(draft.title, "Roll back checkout in shop on production from revision 42 to 41 (app:41)");
  assert.deepEqual(bodyOf(draft), [
    { op: "replace", path: "/spec/template", value: template("app:41") },
    {
      op: "replace",
      path: "/metadata/annotations",
      value: { "deployment.kubernetes.io/revision": "42", "kubernetes.io/change-cause": "v41" },
    },
  ]);
  assert.deepEqual(
    draft.goals.map((goal) => goal.kind),
    ["rollout"],
  );
  assert.deepEqual(draft.undo.kind === "command" ? draft.undo.invocation.args : null, {
    target: "production:shop/deployment/checkout",
    to: "42",
  });
});

test("without annotations they are added", () => {
  const draft = drafted(decide({ live: live(), revisions }));
  assert.equal((bodyOf(draft) as readonly { readonly op: string }[])[1]?.op, "add");
});

test("--to takes the revision of exactly that number", () => {
  assert.match(drafted(decide({ live: live(), revisions }, 40)).title, /from revision 42 to 40 \(app:40\)/);
});

for (const kind of ["StatefulSet", "DaemonSet"]) {
  test(`a ${kind} goes back by its ControllerRevision's own data`, () => {
    const data = { spec: { template: { ...template("app:1"), $patch: "replace" } } };
    const draft = drafted(decide({ live: live(kind), revisions: [revision(1, data), revision(2, data)] }));
    const [change] = draft.changes;
    assert.ok(change?.kind === "object");
    assert.deepEqual(change.call.body, data);
    assert.equal(change.call.contentType, "application/strategic-merge-patch+json");
  });
}

const refused: readonly (readonly [string, RegExp, Parameters<typeof decide>])[] = [
  [
    "a paused rollout",
    /^paused: .*would not roll back until resumed\. First type: resume production:shop\/deployment\/checkout/,
    [{ live: live("Deployment", { paused: true }), revisions }],
  ],
  ["no history", /^no-history: .*There is none\. Type: history/, [{ live: live(), revisions: [] }]],
  ["one revision", /^no-history: .*There is only 42\./, [{ live: live(), revisions: [revision(42)] }]],
  [
    "an unknown revision",
    /^no-such-revision: .*revision 7 .*The history has 40, 41, 42\./,
    [{ live: live(), revisions }, 7],
  ],
  [
    "the template that runs already",
    /^already-so: .*already runs what revision 41 says/,
    [
      {
        live: live("Deployment", {
          template: template("app:41", { labels: { app: "checkout", "pod-template-hash": "x" } }),
        }),
        revisions,
      },
    ],
  ],
];

for (const [name, says, facts] of refused)
  test(`refused: ${name}`, () => assert.match(refusedAs(decide(...facts)), says));

test("Helm, Argo CD and kubectl are warned about before; an autoscaler only keeps the replicas", () => {
  const annotations = {
    "meta.helm.sh/release-name": "checkout",
    "argocd.argoproj.io/tracking-id": "checkout:apps/Deployment:shop/checkout",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  const one = {
    ...live("Deployment", {}, { annotations }),
    neighbours: { autoscalers: [autoscaler], disruptionBudgets: [] },
  };
  const draft = drafted(decide({ live: one, revisions }));
  assert.deepEqual(
    draft.risks.map((risk) => risk.kind),
    ["gitops-owns", "helm-owns", "kubectl-owns"],
  );
  assert.match(
    draft.notes.join(" "),
    /not replicas, strategy, ConfigMaps, Secrets or autoscalers\..*HorizontalPodAutoscaler goes on/,
  );
  assert.deepEqual(draft.observations, [{ what: "HorizontalPodAutoscaler checkout", resourceVersion: "7" }]);
});

test("where pods are replaced by hand, the result is not watched, and the approvers are told", () => {
  const data = { spec: { template: template("app:1") } };
  const held = live("StatefulSet", { updateStrategy: { type: "OnDelete" } });
  const draft = drafted(decide({ live: held, revisions: [revision(1, data), revision(2, data)] }));
  assert.deepEqual(
    draft.goals.map((goal) => goal.kind),
    ["present"],
  );
  assert.match(draft.notes.join(" "), /OnDelete/);
});
