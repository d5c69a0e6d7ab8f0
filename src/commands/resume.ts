// `resume`: a paused Deployment's rollout goes on.
import { defineChange } from "../core/action.ts";
import { at } from "../core/json.ts";
import { fullName } from "../core/kube.ts";
import { target } from "../core/params.ts";
import { refuse } from "../core/refusal.ts";
import { patchDeployments } from "./parts/access.ts";
import { draft, patchOf, spoken } from "./parts/change.ts";
import { readWorkload } from "./parts/neighbours.ts";
import { templateFacts } from "./parts/template-facts.ts";
import { pausable } from "./parts/workloads.ts";

export const resume = defineChange({
  name: "resume",
  schema: 1,
  access: patchDeployments,
  summary: "Let a paused rollout go on",
  examples: ["resume checkout", "resume production:shop/checkout"],
  params: { target: target({ kinds: pausable, scope: "object", summary: "the Deployment" }) },
  needs: ["clusters"],
  observe: ({ clusters }, args) => readWorkload(clusters, args.target),
  decide: (live) => {
    const name = fullName(live.ref);
    if (at(live.object, "spec", "paused") !== true) {
      return refuse("already-so", `The rollout of ${name} is not paused.`, `Type: status ${name}`);
    }
    return draft({
      title: `Resume the rollout of ${spoken(live.ref)}`,
      changes: [patchOf(live, { spec: { paused: false } })],
      goals: [{ kind: "rollout", object: live.ref }],
      undo: { kind: "command", invocation: { verb: "pause", args: { target: name } }, says: "Pause again" },
      ...templateFacts(live),
    });
  },
});
