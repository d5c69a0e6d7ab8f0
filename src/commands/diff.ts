// `diff`: what applying a manifest would change, without asking anybody for anything.
import { defineRead } from "../core/action.ts";
import { fullName } from "../core/kube.ts";
import { type Attachment, code, message, type Part } from "../core/message.ts";
import { document, flag } from "../core/params.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { textDiff } from "../kubernetes/text-diff.ts";
import { applyChange, prepareDocument } from "./parts/apply-object.ts";
import { clusterFor } from "./parts/place.ts";

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
  observe: async ({ clusters, manifests }, args, asking): Promise<readonly ObjectDiff[] | Refusal> => {
    const cluster = clusterFor(clusters, args.cluster, asking);
    if (isRefusal(cluster)) return cluster;
    const documents = await manifests.read(args.manifest);
    if (isRefusal(documents)) return documents;
    const diffs: ObjectDiff[] = [];
    for (const one of documents) {
      const prepared = await prepareDocument(cluster, one, { force: true, namespace: args.namespace ?? null });
      if (isRefusal(prepared)) return prepared;
      const after = await cluster.preview(applyChange(prepared).call, { kind: "bot" });
      if (isRefusal(after)) return after;
      const text = textDiff(
        fullName(prepared.ref),
        prepared.live === null ? null : meaningOf(prepared.live),
        after === null ? null : meaningOf(after),
      );
      if (isRefusal(text)) return text;
      diffs.push({ name: fullName(prepared.ref), text });
    }
    return diffs;
  },
  answer: (diffs) => {
    const changed = diffs.filter((one) => one.text !== "");
    if (changed.length === 0)
      return message("No difference.", [
        { kind: "text", icon: "ok", text: [`All ${diffs.length} objects are already so.`] },
      ]);
    const whole = changed.map((one) => one.text).join("\n");
    const attachments: Attachment[] = [
      { name: "changes.diff", title: `${changed.length} objects change`, text: whole },
    ];
    const parts: Part[] = changed.map((one) => ({ kind: "text", text: [code(one.name), " changes"] }));
    const fits = whole.length <= 2500;
    return message(
      `${changed.length} of ${diffs.length} objects change`,
      fits ? [...parts, { kind: "code", text: whole }] : parts,
      fits ? [] : attachments,
    );
  },
});
