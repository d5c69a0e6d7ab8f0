// How a change of a pod template is read back: by its rollout where Kubernetes rolls it out by itself.
import { at, textAt } from "../../core/json.ts";
import type { KubeObject, ObjectRef } from "../../core/kube.ts";
import type { Draft } from "../../core/plan.ts";

/** The goals, and what the approvers must know when the change alone replaces no pod. */
export function rolloutOf(object: KubeObject, ref: ObjectRef): Pick<Draft, "goals" | "notes"> {
  const why = heldBack(object);
  if (why === null) return { goals: [{ kind: "rollout", object: ref }], notes: [] };
  return {
    goals: [{ kind: "present", object: ref }],
    notes: [`${why} The change is written, and its effect not watched.`],
  };
}

/** Why the workload's controller replaces no pod for now, or null. */
function heldBack(object: KubeObject): string | null {
  if (at(object, "spec", "paused") === true) return "The rollout is paused: pods change once it is resumed.";
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete")
    return "The update strategy is OnDelete: a pod changes only when it is deleted.";
  return null;
}
