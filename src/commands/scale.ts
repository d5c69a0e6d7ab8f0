// `scale`: another number of replicas, by the scale subresource as kubectl does it.
import { defineChange } from "../core/action.ts";
import { type JsonObject, numberAt, textAt } from "../core/json.ts";
import { fieldManager, fullName, type KubeObject, labelsOf, pathOf } from "../core/kube.ts";
import { target, wholeNumber, wordOf } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { RiskFact } from "../core/risk.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { ownershipFacts } from "../kubernetes/ownership.ts";
import { patchScales } from "./parts/access.ts";
import { draft, mergePatch, spoken } from "./parts/change.ts";
import { clusterOf, gone } from "./parts/live.ts";
import { observationsOf, readWorkload, type Workload } from "./parts/neighbours.ts";
import { scalable } from "./parts/workloads.ts";

const replicas = { usage: "N", summary: "how many replicas", min: 0, max: 10_000 };

interface Facts {
  readonly live: Workload;
  readonly scale: KubeObject;
}

export const scale = defineChange({
  name: "scale",
  schema: 1,
  access: patchScales,
  summary: "Run another number of replicas",
  examples: ["scale checkout 5", "scale shop/sts/cart 3 because of the sale"],
  params: {
    target: target({ kinds: scalable, scope: "object", summary: "the workload" }),
    replicas: wordOf(replicas, wholeNumber(replicas)),
  },
  needs: ["clusters"],
  observe: async ({ clusters }, args): Promise<Facts | Refusal> => {
    const live = await readWorkload(clusters, args.target);
    if (isRefusal(live)) return live;
    const cluster = clusterOf(clusters, args.target.cluster);
    if (isRefusal(cluster)) return cluster;
    const scaleObject = await cluster.readSub(live.ref, "scale");
    if (isRefusal(scaleObject)) return scaleObject;
    return scaleObject === null ? gone(live.ref) : { live, scale: scaleObject };
  },
  decide: ({ live, scale: current }, args) => {
    const now = numberAt(current, 0, "spec", "replicas");
    if (now === args.replicas) {
      return refuse(
        "already-so",
        `${fullName(live.ref)} already has ${now} ${now === 1 ? "replica" : "replicas"}.`,
        `Type another number, or status ${fullName(live.ref)} to see whether all are ready.`,
      );
    }
    const body: JsonObject = { spec: { replicas: args.replicas } };
    return draft({
      title: `Scale ${spoken(live.ref)} from ${now} to ${args.replicas} ${args.replicas === 1 ? "replica" : "replicas"}`,
      changes: [
        {
          kind: "object",
          object: live.ref,
          operation: "update",
          call: {
            method: "PATCH",
            path: pathOf(live.ref, "scale"),
            query: { fieldManager, fieldValidation: "Strict" },
            contentType: mergePatch,
            body,
            guard: "body-metadata",
          },
          labels: labelsOf(live.object),
          before: meaningOf(current),
        },
      ],
      goals: [{ kind: "replicas", object: live.ref, replicas: args.replicas }],
      undo: {
        kind: "command",
        invocation: { verb: "scale", args: { target: fullName(live.ref), replicas: String(now) } },
        says: `Scale back to ${now}`,
      },
      risks: [
        ...ownershipFacts(live.object, fullName(live.ref), live.neighbours),
        ...lostClaims(live, args.replicas < now),
      ],
      observations: observationsOf(live.neighbours),
    });
  },
});

/** The Scale that the dry run shows does not tell of it: a StatefulSet may delete the claims of the pods that go. */
function lostClaims({ object, ref }: Workload, isDown: boolean): readonly RiskFact[] {
  const policy = textAt(object, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled");
  if (!isDown || policy !== "Delete") return [];
  const says = `${ref.kind.kind} ${ref.name} deletes the claims of the pods that go, and their data with them.`;
  return [{ kind: "data-loss", level: "high", says, object: fullName(ref) }];
}
