// HorizontalPodAutoscalers: they report what they see and keep the size they find.
import { asString, at } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { type ControllerContext, condition, now, numberAt, setStatus } from "./context.ts";

const RESOURCE = "autoscaling/horizontalpodautoscalers";
const TARGETS: Readonly<Record<string, string>> = { Deployment: "apps/deployments", StatefulSet: "apps/statefulsets" };

export function reconcileAutoscaler(context: ControllerContext, autoscaler: KubeObject): void {
  const kind = asString(at(autoscaler, "spec", "scaleTargetRef", "kind"));
  const name = asString(at(autoscaler, "spec", "scaleTargetRef", "name"));
  const target = context.registry.storage.get(TARGETS[kind] ?? "", {
    namespace: autoscaler.metadata.namespace ?? "",
    name,
  });
  const time = (type: string): string => asString(condition(autoscaler, type)?.lastTransitionTime, now(context));
  const able = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: time(type),
  });
  if (target === undefined) {
    const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`;
    setStatus(context, RESOURCE, autoscaler, {
      desiredReplicas: 0,
      currentMetrics: null,
      conditions: [able("AbleToScale", "False", "FailedGetScale", message)],
    });
    return;
  }
  const replicas = numberAt(target, "spec", "replicas");
  setStatus(context, RESOURCE, autoscaler, {
    currentReplicas: replicas,
    desiredReplicas: replicas,
    currentMetrics: [
      { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 54, averageValue: "108m" } } },
    ],
    conditions: [
      able("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"),
      able(
        "ScalingActive",
        "True",
        "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
      ),
      able("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range"),
    ],
  });
}
