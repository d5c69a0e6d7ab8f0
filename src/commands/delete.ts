// `delete`: one object is deleted, guarded by its uid.
import { defineChange } from "../core/action.ts";
import { listAt, textAt } from "../core/json.ts";
import { fullName, type KubeObject, pathOf } from "../core/kube.ts";
import { target } from "../core/params.ts";
import { refuse } from "../core/refusal.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { ownershipFacts } from "../kubernetes/ownership.ts";
import { draft, spoken } from "./parts/change.ts";
import { readLive } from "./parts/live.ts";
import { noNeighbours } from "./parts/neighbours.ts";

const deletionWithinMs = 10 * 60_000;

export const deleteObject = defineChange({
  name: "delete",
  schema: 1,
  // The patch is what recovery bumps the version with.
  access: [{ listed: true, verbs: ["delete", "patch"] }],
  summary: "Delete one object",
  examples: ["delete job/report-2026-11-20", "delete production:shop/configmap/old-flags because nothing reads it"],
  params: { target: target({ kinds: [], scope: "object", summary: "the object, with its kind" }) },
  needs: ["clusters"],
  observe: ({ clusters }, args) => readLive(clusters, args.target),
  decide: (live) => {
    const name = fullName(live.ref);
    if (!live.ref.kind.verbs.includes("delete"))
      return refuse("wrong-kind", `${name} can't be deleted: the cluster serves no deletion of its kind.`, "Leave it.");
    const since = textAt(live.object, "metadata", "deletionTimestamp");
    if (since !== "") {
      return refuse(
        "already-so",
        `${name} is being deleted since ${since}${waitsFor(live.object)}.`,
        `Type: describe ${name}`,
      );
    }
    return draft({
      title: `Delete ${live.ref.kind.kind} ${spoken(live.ref)}`,
      changes: [
        {
          kind: "object",
          object: live.ref,
          operation: "delete",
          call: {
            method: "DELETE",
            path: pathOf(live.ref),
            query: {},
            contentType: "application/json",
            body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" },
            guard: "delete-preconditions",
          },
          before: meaningOf(live.object),
        },
      ],
      goals: [{ kind: "gone", object: live.ref }],
      undo: { kind: "none", because: "A deleted object can't be taken back; apply its manifest again." },
      risks: ownershipFacts(live.object, name, noNeighbours),
      notes: ["What it owns is deleted with it, in the background."],
      verifyWithinMs: deletionWithinMs,
    });
  },
});

function waitsFor(object: KubeObject): string {
  const finalizers = listAt(object, "metadata", "finalizers");
  return finalizers.length === 0 ? "" : `, waiting for ${finalizers.join(", ")}`;
}
