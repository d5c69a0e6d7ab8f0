// pods/NAME/eviction: deletes a pod unless a PodDisruptionBudget stands against it.
import { type Answer, type Backend, bodyObject, type Call, isDryRun, json } from "../call.ts";
import { asNumber, asObject, asString, at } from "../json.ts";
import { type KubeObject, keyOf } from "../object.ts";
import { matchesSelector } from "../selectors.ts";
import { internalError, tooManyRequests } from "../status.ts";

function budgetsOf(backend: Backend, pod: KubeObject): readonly KubeObject[] {
  return backend.registry.storage
    .list("policy/poddisruptionbudgets", pod.metadata.namespace)
    .filter((budget) => matchesSelector(at(budget, "spec", "selector"), pod.metadata.labels ?? {}));
}

export function evict(backend: Backend, call: Call): Answer {
  const { registry } = backend;
  const pod = registry.get(call.kind, call.path);
  const body = bodyObject(call);
  const budgets = budgetsOf(backend, pod);
  const phase = asString(at(pod, "status", "phase"));
  const isDone = phase === "Succeeded" || phase === "Failed" || phase === "Pending";
  if (budgets.length > 1)
    throw internalError(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  const [budget] = budgets;
  if (budget !== undefined && !isDone) spend(backend, budget, isDryRun(call, asObject(body.deleteOptions)));
  const options = asObject(body.deleteOptions);
  const grace = options.gracePeriodSeconds;
  const preconditions = asObject(options.preconditions);
  registry.delete(call.kind, keyOf(pod), {
    dryRun: isDryRun(call, options),
    ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
    ...(preconditions.uid === undefined ? {} : { uid: asString(preconditions.uid) }),
  });
  return json({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 }, 201);
}

/** Takes one disruption from the budget; throws 429 when there is none left. */
function spend(backend: Backend, budget: KubeObject, dryRun: boolean): void {
  const allowed = asNumber(at(budget, "status", "disruptionsAllowed"));
  if (allowed <= 0) {
    const needed = asNumber(at(budget, "status", "desiredHealthy"));
    const healthy = asNumber(at(budget, "status", "currentHealthy"));
    throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0, [
      {
        reason: "DisruptionBudget",
        message: `The disruption budget ${budget.metadata.name} needs ${needed} healthy pods and has ${healthy} currently`,
        field: "",
      },
    ]);
  }
  const kind = backend.registry.kinds.storedAs("policy/poddisruptionbudgets");
  if (dryRun || kind === undefined) return;
  backend.registry.update(kind, keyOf(budget), { manager: "kube-apiserver", subresource: "status" }, (current) => ({
    ...current,
    status: { ...asObject(current.status), disruptionsAllowed: allowed - 1 },
  }));
}
