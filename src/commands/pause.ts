// `pause`: a Deployment's rollout stops where it is.
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

export const pause = defineChange({
  name: "pause",
  schema: 1,
  access: patchDeployments,
  summary: "Stop a rollout where it is",
  examples: ["pause checkout", "pause production:shop/checkout because errors rise"],
  params: { target: target({ kinds: pausable, scope: "object", summary: "the Deployment" }) },
  needs: ["clusters"],
  observe: ({ clusters }, args) => readWorkload(clusters, args.target),
  decide: (live) => {
    const name = fullName(live.ref);
    if (at(live.object, "spec", "paused") === true) {
      return refuse("already-so", `The rollout of ${name} is already paused.`, `To go on, type: resume ${name}`);
    }
    return draft({
      title: `Pause the rollout of ${spoken(live.ref)}`,
      changes: [patchOf(live, { spec: { paused: true } })],
      goals: [{ kind: "present", object: live.ref }],
      undo: { kind: "command", invocation: { verb: "resume", args: { target: name } }, says: "Resume the rollout" },
      ...templateFacts(live),
      notes: ["What runs keeps running; a paused rollout neither goes on nor rolls back until resumed."],
    });
  },
});
