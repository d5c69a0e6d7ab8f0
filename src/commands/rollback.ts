// `rollback`: back to an earlier revision, by kubectl's own algorithm for each kind of workload.
import { defineChange } from "../core/action.ts";
import { at, type Json, mapAt } from "../core/json.ts";
import { fieldManager, fullName, type KubeObject, pathOf } from "../core/kube.ts";
import { flagOf, target, wholeNumber } from "../core/params.ts";
import type { ObjectChange } from "../core/plan.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { type Revision, undoneAnnotations, undoTarget, withoutHash } from "../kubernetes/history.ts";
import { shortImage } from "../kubernetes/images.ts";
import { meaningOf, sameMeaning } from "../kubernetes/normalise.ts";
import { patchWorkloads } from "./parts/access.ts";
import { draft, jsonPatch, spoken, strategicMerge } from "./parts/change.ts";
import { readWorkload, type Workload } from "./parts/neighbours.ts";
import { listRevisions } from "./parts/revisions.ts";
import { rolloutOf } from "./parts/rollout.ts";
import { templateFacts } from "./parts/template-facts.ts";
import { workloads } from "./parts/workloads.ts";

const revision = {
  usage: "REVISION",
  summary: "which revision, as history lists them; the one before the current by default",
  min: 1,
  max: 999_999_999,
};

interface Facts {
  readonly live: Workload;
  /** Oldest first. */
  readonly revisions: readonly Revision[];
}

export const rollback = defineChange({
  name: "rollback",
  schema: 1,
  access: patchWorkloads,
  summary: "Go back to an earlier revision of a workload",
  examples: [
    "rollback checkout",
    "rollback checkout --to 41",
    "rollback production:shop/checkout because 5xx since 14:02",
  ],
  params: {
    target: target({ kinds: workloads, scope: "object", summary: "the workload" }),
    to: flagOf(revision, wholeNumber(revision)),
  },
  needs: ["clusters"],
  observe: async ({ clusters }, args): Promise<Facts | Refusal> => {
    const live = await readWorkload(clusters, args.target);
    if (isRefusal(live)) return live;
    const revisions = await listRevisions(clusters, live);
    return isRefusal(revisions) ? revisions : { live, revisions };
  },
  decide: ({ live, revisions }, args) => {
    const name = fullName(live.ref);
    if (at(live.object, "spec", "paused") === true) {
      return refuse(
        "paused",
        `The rollout of ${name} is paused; it would not roll back until resumed.`,
        `First type: resume ${name}`,
      );
    }
    const wanted = undoTarget(revisions, args.to);
    if (isRefusal(wanted))
      return { ...wanted, message: `${name}: ${wanted.message}.`, hint: `${wanted.hint} Type: history ${name}` };
    const current = revisions.at(-1);
    if (sameMeaning(withoutHash(mapAt(live.object, "spec", "template")), wanted.template)) {
      return refuse(
        "already-so",
        `${name} already runs what revision ${wanted.revision} says.`,
        `Type: history ${name}`,
      );
    }
    const facts = templateFacts(live);
    const read = rolloutOf(live.object, live.ref);
    const from = current === undefined ? "" : ` from revision ${current.revision}`;
    return draft({
      title: `Roll back ${spoken(live.ref)}${from} to ${wanted.revision} (${wanted.images.map(shortImage).join(", ")})`,
      changes: [changeTo(live, wanted)],
      goals: read.goals,
      undo:
        current === undefined
          ? { kind: "none", because: "The revision that runs now is not in the history." }
          : {
              kind: "command",
              invocation: { verb: "rollback", args: { target: name, to: String(current.revision) } },
              says: `Go forward to revision ${current.revision} again`,
            },
      ...facts,
      notes: [
        ...read.notes,
        "Only the pod template goes back: not replicas, strategy, ConfigMaps, Secrets or autoscalers.",
        ...facts.notes,
      ],
    });
  },
});

function changeTo(live: Workload, wanted: Revision): ObjectChange {
  const byTemplate = wanted.data === null;
  return {
    kind: "object",
    object: live.ref,
    operation: "update",
    call: {
      method: "PATCH",
      path: pathOf(live.ref),
      query: { fieldManager },
      contentType: byTemplate ? jsonPatch : strategicMerge,
      body: wanted.data ?? deploymentPatch(live.object, wanted),
      guard: byTemplate ? "json-patch-test" : "body-metadata",
    },
    before: meaningOf(live.object),
  };
}

/** kubectl: DeploymentRollbacker, getDeploymentPatch (pkg/polymorphichelpers/rollback.go). */
function deploymentPatch(deployment: KubeObject, wanted: Revision): Json {
  const has = Object.keys(mapAt(deployment, "metadata", "annotations")).length > 0;
  return [
    { op: "replace", path: "/spec/template", value: wanted.template },
    { op: has ? "replace" : "add", path: "/metadata/annotations", value: undoneAnnotations(deployment, wanted) },
  ];
}
