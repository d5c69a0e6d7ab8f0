// `restart`: every pod of a workload is replaced, by kubectl's own annotation on the pod template.
import { defineChange } from "../core/action.ts";
import { at, textAt } from "../core/json.ts";
import { fullName } from "../core/kube.ts";
import { target } from "../core/params.ts";
import { refuse } from "../core/refusal.ts";
import { patchWorkloads } from "./parts/access.ts";
import { draft, patchOf, spoken } from "./parts/change.ts";
import { readWorkload } from "./parts/neighbours.ts";
import { templateFacts } from "./parts/template-facts.ts";
import { workloads } from "./parts/workloads.ts";

/** kubectl: pkg/polymorphichelpers/objectrestarter.go */
const annotation = "kubectl.kubernetes.io/restartedAt";

export const restart = defineChange({
  name: "restart",
  schema: 1,
  access: patchWorkloads,
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
    const restartedAt = `${new Date(asking.requestedAt).toISOString().slice(0, 19)}Z`;
    if (at(live.object, "spec", "paused") === true) {
      return refuse(
        "paused",
        `The rollout of ${fullName(live.ref)} is paused, so a restart would not happen.`,
        `First type: resume ${fullName(live.ref)}`,
      );
    }
    if (textAt(live.object, "spec", "updateStrategy", "type") === "OnDelete") {
      return refuse(
        "unsupported-strategy",
        `${fullName(live.ref)} has the update strategy OnDelete, so a restart would replace no pod.`,
        `Delete its pods one by one, for example: delete pod/${live.ref.name}-… -n ${live.ref.namespace}`,
      );
    }
    // kubectl refuses this too: the second patch would change nothing.
    if (textAt(live.object, "spec", "template", "metadata", "annotations", annotation) === restartedAt) {
      return refuse(
        "already-so",
        `${fullName(live.ref)} was restarted in this very second.`,
        `Wait a moment and type it again, or status ${fullName(live.ref)} to see it roll.`,
      );
    }
    return draft({
      title: `Restart ${spoken(live.ref)}`,
      changes: [patchOf(live, { spec: { template: { metadata: { annotations: { [annotation]: restartedAt } } } } })],
      goals: [{ kind: "rollout", object: live.ref }],
      undo: { kind: "none", because: "A restart changes nothing that could be taken back." },
      ...templateFacts(live),
    });
  },
});
