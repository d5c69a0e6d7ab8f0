// `delete`: one object is deleted, guarded by its uid.
import { defineChange } from "../core/action.ts";
import { fullName, pathOf } from "../core/kube.ts";
import { target } from "../core/params.ts";
import { meaningOf } from "../kubernetes/normalise.ts";
import { ownershipFacts } from "../kubernetes/ownership.ts";
import { draft, spoken } from "./parts/change.ts";
import { readLive } from "./parts/live.ts";
import { noNeighbours } from "./parts/neighbours.ts";

const deletionWithinMs = 10 * 60_000;

export const deleteObject = defineChange({
  name: "delete",
  schema: 1,
  summary: "Delete one object",
  examples: ["delete job/report-2026-11-20", "delete production:shop/configmap/old-flags because nothing reads it"],
  params: { target: target({ kinds: [], scope: "object", summary: "the object, with its kind" }) },
  needs: ["clusters"],
  observe: ({ clusters }, args) => readLive(clusters, args.target),
  decide: (live) =>
    draft({
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
      risks: ownershipFacts(live.object, fullName(live.ref), noNeighbours),
      notes: ["What it owns is deleted with it, in the background."],
      verifyWithinMs: deletionWithinMs,
    }),
});
