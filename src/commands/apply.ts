// `apply`: manifests of any kind the cluster knows, by server-side apply, with a diff per object.
import { defineChange } from "../core/action.ts";
import { fullName } from "../core/kube.ts";
import { document, flag, onOff } from "../core/params.ts";
import type { Draft, ObjectChange } from "../core/plan.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { RiskFact } from "../core/risk.ts";
import { ownershipFacts } from "../kubernetes/ownership.ts";
import { applyChange, type Prepared, prepareDocument } from "./parts/apply-object.ts";
import { draft } from "./parts/change.ts";
import { clusterOf } from "./parts/live.ts";
import { noNeighbours } from "./parts/neighbours.ts";
import { splitStages } from "./parts/stages.ts";

/** More objects than this in one request is more than anybody reads before countersigning. */
const mostObjects = 100;

interface Facts {
  readonly cluster: string;
  readonly objects: readonly Prepared[];
  /** The text of what can't be dry-run until these exist, or null. */
  readonly later: string | null;
  readonly laterCount: number;
}

export const apply = defineChange({
  name: "apply",
  schema: 1,
  summary: "Apply manifests, server-side, with a diff of every object",
  examples: [
    "apply",
    "apply --cluster staging",
    "apply --cluster production --namespace shop because of the new limits",
  ],
  params: {
    manifest: document("YAML or JSON of one or several objects"),
    cluster: flag({ usage: "CLUSTER", summary: "which cluster" }),
    namespace: flag({ usage: "NAMESPACE", summary: "for objects that name none" }),
    forceConflicts: onOff("take over fields that other managers own; each is shown, and it is a risk fact"),
  },
  needs: ["clusters", "manifests"],
  observe: async ({ clusters, manifests }, args): Promise<Facts | Refusal> => {
    const name = args.cluster ?? onlyCluster(clusters.all());
    if (isRefusal(name)) return name;
    const cluster = clusterOf(clusters, name);
    if (isRefusal(cluster)) return cluster;
    const documents = await manifests.read(args.manifest);
    if (isRefusal(documents)) return documents;
    if (documents.length > mostObjects) {
      return refuse(
        "manifest-too-large",
        `The manifest has ${documents.length} objects; ${mostObjects} are the most.`,
        "Split it into several requests.",
      );
    }
    const stages = await splitStages(cluster, documents, args.namespace ?? null);
    if (isRefusal(stages)) return stages;
    const objects: Prepared[] = [];
    for (const one of stages.now) {
      const prepared = await prepareDocument(cluster, one, {
        force: args.forceConflicts,
        namespace: args.namespace ?? null,
      });
      if (isRefusal(prepared)) return prepared;
      const twin = objects.find((other) => fullName(other.ref) === fullName(prepared.ref));
      if (twin !== undefined) {
        return refuse(
          "duplicate-object",
          `Documents ${twin.index} and ${prepared.index} are both ${fullName(prepared.ref)}.`,
          "Leave one of them away.",
        );
      }
      objects.push(prepared);
    }
    return { cluster: name, objects, later: stages.laterText, laterCount: stages.laterCount };
  },
  decide: ({ cluster, objects, later, laterCount }, args): Draft | Refusal => {
    const changed = objects.filter((one) => !one.unchanged);
    if (changed.length === 0 && later === null) {
      return refuse(
        "already-so",
        `All ${objects.length} objects are already so on ${cluster}.`,
        "Nothing needs to be done.",
      );
    }
    const changes: ObjectChange[] = changed.map(applyChange);
    const same = objects.length - changed.length;
    const notes = [
      ...(same > 0 ? [`${same} of ${objects.length} objects are already so and are left alone.`] : []),
      ...(later === null
        ? []
        : [
            `${laterCount} more objects need what this creates: they follow as a request of their own once it is done.`,
          ]),
    ];
    return draft({
      title: `Apply ${changed
        .map((one) => `${one.ref.kind.kind} ${one.ref.name}`)
        .slice(0, 3)
        .join(", ")}${changed.length > 3 ? ` and ${changed.length - 3} more` : ""} on ${cluster}`,
      changes,
      goals: changed.map((one) => ({ kind: one.rollsOut ? "rollout" : "present", object: one.ref })),
      undo: { kind: "none", because: "Apply the manifests as they were before; the diff shows them." },
      risks: changed.flatMap(risksOf),
      notes,
      followUp:
        later === null
          ? null
          : {
              verb: "apply",
              args: {
                manifest: later,
                cluster,
                ...(args.namespace === undefined ? {} : { namespace: args.namespace }),
                ...(args.forceConflicts ? { forceConflicts: "" } : {}),
              },
            },
    });
  },
});

function onlyCluster(all: readonly { readonly name: string; readonly isDefault: boolean }[]): string | Refusal {
  const chosen = all.length === 1 ? all[0] : all.find((info) => info.isDefault);
  if (chosen !== undefined) return chosen.name;
  return refuse(
    "missing-argument",
    "Which cluster? Several are configured and none is the default.",
    `Add --cluster with one of ${all.map((info) => info.name).join(", ")}.`,
  );
}

function risksOf(one: Prepared): readonly RiskFact[] {
  const owners = one.live === null ? [] : ownershipFacts(one.live, fullName(one.ref), noNeighbours);
  const taken = one.takes.map(
    (conflict): RiskFact => ({
      kind: "takes-fields",
      level: "medium",
      says: `Takes ${conflict.field} of ${fullName(one.ref)} over from ${conflict.owner}.`,
      object: fullName(one.ref),
    }),
  );
  return [...owners, ...taken];
}
