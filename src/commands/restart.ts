// `restart`: every pod of a workload is replaced, by kubectl's own annotation on the pod template.
import { defineChange } from "../core/action.ts";
import { at } from "../core/json.ts";
import { fullName } from "../core/kube.ts";
import { target } from "../core/params.ts";
import { refuse } from "../core/refusal.ts";
import { ownershipFacts } from "../kubernetes/ownership.ts";
import { draft, patchOf, spoken } from "./parts/change.ts";
import { observationsOf, readWorkload } from "./parts/neighbours.ts";
import { workloads } from "./parts/workloads.ts";

/** kubectl: pkg/polymorphichelpers/objectrestarter.go */
const annotation = "kubectl.kubernetes.io/restartedAt";

export const restart = defineChange({
  name: "restart",
  schema: 1,
  summary: "Replace every pod of a workload, a few at a time",
  examples: [
    "restart checkout",
    "restart production:shop/checkout because of the memory leak",
    "restart sts/cart --dry-run",
  ],
  params: { target: target({ kinds: workloads, scope: "object", summary: "the workload" }) },
  needs: ["clusters"],
  observe: ({ clusters }, args) => readWorkload(clusters, args.target),
  decide: (live, _args, asking) => {
    if (at(live.object, "spec", "paused") === true) {
      return refuse(
        "paused",
        `The rollout of ${fullName(live.ref)} is paused, so a restart would not happen.`,
        `First type: resume ${fullName(live.ref)}`,
      );
    }
    const restartedAt = `${new Date(asking.requestedAt).toISOString().slice(0, 19)}Z`;
    return draft({
      title: `Restart ${spoken(live.ref)}`,
      changes: [patchOf(live, { spec: { template: { metadata: { annotations: { [annotation]: restartedAt } } } } })],
      goals: [{ kind: "rollout", object: live.ref }],
      undo: { kind: "none", because: "A restart changes nothing that could be taken back." },
      risks: ownershipFacts(live.object, fullName(live.ref), live.neighbours),
      observations: observationsOf(live.neighbours),
    });
  },
});
