// `history`: the revisions that a rollback can go to.
import { defineRead } from "../core/action.ts";
import { fullName, type ObjectRef } from "../core/kube.ts";
import { message, type Part } from "../core/message.ts";
import { target } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Revision } from "../kubernetes/history.ts";
import { shortImage } from "../kubernetes/images.ts";
import { clock } from "./parts/events.ts";
import { readLive } from "./parts/live.ts";
import { listRevisions } from "./parts/revisions.ts";
import { workloads } from "./parts/workloads.ts";

export const history = defineRead({
  name: "history",
  summary: "The revisions of a workload that a rollback can go to",
  examples: ["history checkout", "history shop/sts/cart"],
  params: { target: target({ kinds: workloads, scope: "object", summary: "the workload" }) },
  needs: ["clusters"],
  observe: async ({ clusters }, args): Promise<{ ref: ObjectRef; revisions: readonly Revision[] } | Refusal> => {
    const live = await readLive(clusters, args.target);
    if (isRefusal(live)) return live;
    const revisions = await listRevisions(clusters, live);
    return isRefusal(revisions) ? revisions : { ref: live.ref, revisions };
  },
  answer: ({ ref, revisions }) => {
    const name = fullName(ref);
    if (revisions.length === 0) return refuse("no-history", `${name} has no kept revisions.`, `Type: events ${name}`);
    const newest = revisions.at(-1);
    const rows = revisions
      .toReversed()
      .map((one) => [
        `${one.revision}${one === newest ? " (current)" : ""}`,
        clock(one.createdAt),
        one.images.map(shortImage).join(", "),
        one.changeCause,
      ]);
    const parts: Part[] = [
      { kind: "heading", icon: "info", text: `History of ${name}` },
      { kind: "table", columns: ["REVISION", "CREATED", "IMAGES", "CHANGE-CAUSE"], rows },
    ];
    if (revisions.length > 1)
      parts.push({
        kind: "buttons",
        buttons: [{ action: "run-command", label: "Plan a rollback", value: `rollback ${name} --dry-run` }],
      });
    return message(`${revisions.length} revisions of ${name}`, parts);
  },
});
