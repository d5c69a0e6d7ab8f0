// PodDisruptionBudgets: how many of the pods they cover may be evicted now.
import { at } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { matchesSelector } from "../selectors.ts";
import { type ControllerContext, isPodActive, isPodReady, now, setStatus, specOf } from "./context.ts";
import { portion } from "./deployment.ts";

const RESOURCE = "policy/poddisruptionbudgets";

export function reconcileBudget(context: ControllerContext, budget: KubeObject): void {
  const pods = context.registry.storage
    .list("/pods", budget.metadata.namespace)
    .filter(isPodActive)
    .filter((pod) => matchesSelector(at(budget, "spec", "selector"), pod.metadata.labels ?? {}));
  const healthy = pods.filter(isPodReady).length;
  const { minAvailable, maxUnavailable } = specOf(budget);
  const desired =
    minAvailable === undefined
      ? Math.max(0, pods.length - portion(maxUnavailable ?? 1, pods.length, Math.ceil))
      : portion(minAvailable, pods.length, Math.ceil);
  const allowed = pods.length === 0 ? 0 : Math.max(0, healthy - desired);
  const enough =
    allowed > 0 ? { status: "True", reason: "SufficientPods" } : { status: "False", reason: "InsufficientPods" };
  const before = at(budget, "status", "conditions", "0");
  const since =
    at(before, "status") === enough.status ? (at(before, "lastTransitionTime") ?? now(context)) : now(context);
  setStatus(context, RESOURCE, budget, {
    observedGeneration: budget.metadata.generation ?? 1,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: pods.length,
    conditions: [
      {
        type: "DisruptionAllowed",
        ...enough,
        message: "",
        observedGeneration: budget.metadata.generation ?? 1,
        lastTransitionTime: since,
      },
    ],
  });
}
