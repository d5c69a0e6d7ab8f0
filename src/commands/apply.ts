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
import { clusterFor } from "./parts/place.ts";
import { rolloutOf } from "./parts/rollout.ts";
import { duplicateIn, splitStages } from "./parts/stages.ts";

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
  access: [{ listed: true, verbs: ["patch", "create"] }],
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
    const cluster = clusterFor(clusters, args.cluster);
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
    const duplicate = duplicateIn(documents, args.namespace ?? null);
    if (duplicate !== null) return duplicate;
    const stages = await splitStages(cluster, documents, args.namespace ?? null);
    if (isRefusal(stages)) return stages;
    const objects: Prepared[] = [];
    for (const one of stages.now) {
      const prepared = await prepareDocument(cluster, one, {
        force: args.forceConflicts,
        namespace: args.namespace ?? null,
      });
      if (isRefusal(prepared)) return prepared;
      objects.push(prepared);
    }
    return { cluster: cluster.info.name, objects, later: stages.laterText, laterCount: stages.laterCount };
  },
  decide: ({ cluster, objects, later, laterCount }, args): Draft | Refusal => {
    const changed = objects.filter((one) => !one.unchanged);
    if (changed.length === 0) return nothingToDo(cluster, objects.length, laterCount);
    const changes: ObjectChange[] = changed.map(applyChange);
    const same = objects.length - changed.length;
    const read = changed.map(goalOf);
    const notes = [
      ...read.flatMap((one) => one.notes),
      ...(same > 0 ? [`${same} of ${objects.length} objects are already so and are left alone.`] : []),
      ...(later === null
        ? []
        : [
            `${laterCount} more need what this creates: once it is done, they follow as a request of their own, countersigned anew.`,
          ]),
    ];
    return draft({
      title: `Apply ${changed
        .map((one) => `${one.ref.kind.kind} ${one.ref.name}`)
        .slice(0, 3)
        .join(", ")}${changed.length > 3 ? ` and ${changed.length - 3} more` : ""} on ${cluster}`,
      changes,
      goals: read.flatMap((one) => one.goals),
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

function nothingToDo(cluster: string, count: number, laterCount: number): Refusal {
  if (laterCount > 0) {
    return refuse(
      "no-such-kind",
      `${cluster} does not serve the kinds of ${laterCount} documents yet, though their definitions exist.`,
      "Try again in a minute; if it stays so, look at the definition with describe.",
    );
  }
  const says = count === 1 ? "The object is" : `All ${count} objects are`;
  return refuse("already-so", `${says} already so on ${cluster}.`, "Nothing needs to be done.");
}

const rolling: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** Judged by what will be stored: a manifest may pause a rollout. */
function goalOf({ ref, after }: Prepared): Pick<Draft, "goals" | "notes"> {
  if (after === null || ref.kind.group !== "apps" || !rolling.has(ref.kind.kind))
    return { goals: [{ kind: "present", object: ref }], notes: [] };
  return rolloutOf(after, ref);
}

function risksOf(one: Prepared): readonly RiskFact[] {
  const owners = one.live === null ? [] : ownershipFacts(one.live, fullName(one.ref), one.neighbours);
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
