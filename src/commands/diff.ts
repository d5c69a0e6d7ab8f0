// `diff`: what applying a manifest would change, without asking anybody for anything.
import { defineRead } from "../core/action.ts";
import { fullName } from "../core/kube.ts";
import { type Attachment, code, message, type Part } from "../core/message.ts";
import { document, flag, type Target } from "../core/params.ts";
import type { Cluster } from "../core/ports/clusters.ts";
import type { ManifestDocument } from "../core/ports/manifests.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { textDiff } from "../kubernetes/text-diff.ts";
import { locate, prepareDocument } from "./parts/apply-object.ts";
import { clusterFor, scopeIn } from "./parts/place.ts";
import { splitStages } from "./parts/stages.ts";

interface Facts {
  readonly diffs: readonly ObjectDiff[];
  /** Documents that need what the others create: they can't be compared yet. */
  readonly laterCount: number;
}

interface ObjectDiff {
  readonly name: string;
  readonly text: string;
}

export const diff = defineRead({
  name: "diff",
  summary: "What applying a manifest would change",
  examples: ["diff", "diff --cluster staging"],
  params: {
    manifest: document("YAML or JSON of one or several objects"),
    cluster: flag({ usage: "CLUSTER", summary: "which cluster" }),
    namespace: flag({ usage: "NAMESPACE", summary: "for objects that name none" }),
  },
  needs: ["clusters", "manifests"],
  looksAt: async ({ clusters, manifests }, args) => {
    const cluster = clusterFor(clusters, args.cluster);
    if (isRefusal(cluster)) return cluster;
    const documents = await manifests.read(args.manifest);
    return isRefusal(documents) ? documents : objectsIn(cluster, documents, args.namespace ?? null);
  },
  observe: async ({ clusters, manifests }, args): Promise<Facts | Refusal> => {
    const cluster = clusterFor(clusters, args.cluster);
    if (isRefusal(cluster)) return cluster;
    const documents = await manifests.read(args.manifest);
    if (isRefusal(documents)) return documents;
    const stages = await splitStages(cluster, documents, args.namespace ?? null);
    if (isRefusal(stages)) return stages;
    const diffs: ObjectDiff[] = [];
    for (const one of stages.now) {
      const prepared = await prepareDocument(cluster, one, { force: true, namespace: args.namespace ?? null });
      if (isRefusal(prepared)) return prepared;
      const text = textDiff(
        fullName(prepared.ref),
        prepared.live === null ? null : meaningOf(prepared.live),
        prepared.after === null ? null : meaningOf(prepared.after),
      );
      if (isRefusal(text)) return text;
      diffs.push({ name: fullName(prepared.ref), text });
    }
    return { diffs, laterCount: stages.laterCount };
  },
  answer: ({ diffs, laterCount }) => {
    const changed = diffs.filter((one) => one.text !== "");
    const later: Part[] =
      laterCount === 0
        ? []
        : [
            {
              kind: "small",
              text: [`${laterCount} more can't be compared before the namespaces or kinds that these create exist.`],
            },
          ];
    if (changed.length === 0)
      return message("No difference.", [
        {
          kind: "text",
          icon: "ok",
          text: [diffs.length === 1 ? "The object is already so." : `All ${diffs.length} objects are already so.`],
        },
        ...later,
      ]);
    const whole = changed.map((one) => one.text).join("\n");
    const attachments: Attachment[] = [
      { name: "changes.diff", title: `${changed.length} objects change`, text: whole },
    ];
    const parts: Part[] = changed.map((one) => ({ kind: "text", text: [code(one.name), " changes"] }));
    const fits = whole.length <= 2500;
    return message(
      `${changed.length} of ${diffs.length} objects change`,
      fits ? [...parts, { kind: "code", text: whole }, ...later] : [...parts, ...later],
      fits ? [] : attachments,
    );
  },
});

/** Wherever they say that they are; of a kind that other documents only define, nobody knows where. */
async function objectsIn(
  cluster: Cluster,
  documents: readonly ManifestDocument[],
  namespace: string | null,
): Promise<readonly Target[] | Refusal> {
  const definesKinds = documents.some(({ content }) => content.kind === "CustomResourceDefinition");
  const targets: Target[] = [];
  for (const one of documents) {
    const place = await locate(cluster, one, namespace);
    if (!isRefusal(place)) targets.push({ kind: "object", object: { ...place, uid: "" } });
    else if (place.code === "no-such-kind" && definesKinds) targets.push(scopeIn(cluster, null));
    else return place;
  }
  return targets;
}
