// What stops running, restarts, or is gone afterwards.
import { at, numberAt, textAt } from "../../core/json.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import type { RiskFact } from "../../core/risk.ts";
import { changes, fact, isKind, nameOf, type RiskFamily } from "./fact.ts";

export const availabilityRisks: RiskFamily = (change) =>
  change.operation === "delete" ? deletion(change) : [...scaling(change), ...restart(change)];

function deletion(change: PreviewedChange): readonly RiskFact[] {
  const facts = [fact("deletion", "high", `${nameOf(change)} is deleted.`, change)];
  const lost = lostWith(change);
  if (lost !== null) facts.unshift(fact("data-loss", "high", `With ${nameOf(change)}, ${lost}.`, change));
  return facts;
}

function lostWith(change: PreviewedChange): string | null {
  if (isKind(change, "", "Namespace")) return "everything in the namespace is deleted, volumes included";
  if (isKind(change, "", "PersistentVolumeClaim")) return "its volume may be deleted with all data on it";
  if (isKind(change, "", "PersistentVolume")) {
    const policy = textAt(change.before ?? undefined, "spec", "persistentVolumeReclaimPolicy");
    return `the way to its data is deleted (reclaim policy ${policy || "unknown"})`;
  }
  if (isKind(change, "apiextensions.k8s.io", "CustomResourceDefinition")) return "all objects of its kind are deleted";
  if (isKind(change, "snapshot.storage.k8s.io", "VolumeSnapshot", "VolumeSnapshotContent"))
    return "its snapshot may be deleted";
  return isKind(change, "apps", "StatefulSet") && retention(change, "whenDeleted")
    ? "its claims and their volumes are deleted"
    : null;
}

function retention({ before }: PreviewedChange, when: "whenDeleted" | "whenScaled"): boolean {
  return textAt(before ?? undefined, "spec", "persistentVolumeClaimRetentionPolicy", when) === "Delete";
}

/** Replicas of workloads, of their scale subresource, and of any other kind that has them. */
function scaling(change: PreviewedChange): readonly RiskFact[] {
  if (change.operation !== "update") return [];
  const after = replicasOf(change.after);
  const before = replicasOf(change.before) ?? 1;
  if (after === null || after >= before) return [];
  const facts: RiskFact[] = [];
  if (after === 0)
    facts.push(
      fact("scale-to-zero", "high", `${nameOf(change)} goes from ${before} to 0: nothing is left running.`, change),
    );
  else facts.push(fact("scale-down", "medium", `${nameOf(change)} goes from ${before} to ${after}.`, change));
  if (isKind(change, "apps", "StatefulSet") && retention(change, "whenScaled"))
    facts.unshift(fact("data-loss", "high", `${nameOf(change)} deletes the claims of the pods that go.`, change));
  return facts;
}

/**
 * null where an object has none: the API server's default is one. A Scale leaves them out when they are zero
 * (k8s.io/api/autoscaling/v1 ScaleSpec: `omitempty`).
 */
function replicasOf(object: PreviewedChange["after"]): number | null {
  const replicas = at(object ?? undefined, "spec", "replicas");
  if (typeof replicas === "number") return replicas;
  return textAt(object ?? undefined, "kind") === "Scale" ? 0 : null;
}

function restart(change: PreviewedChange): readonly RiskFact[] {
  if (change.operation !== "update" || !isKind(change, "apps", "Deployment", "StatefulSet", "DaemonSet")) return [];
  if (!changes(change, "spec", "template")) return [];
  const strategy = textAt(change.after ?? undefined, "spec", "updateStrategy", "type");
  if (strategy === "OnDelete" || at(change.after ?? undefined, "spec", "paused") === true) return [];
  if (numberAt(change.after ?? undefined, 1, "spec", "replicas") === 0) return [];
  const all =
    textAt(change.after ?? undefined, "spec", "strategy", "type") === "Recreate" ? ", all at once (Recreate)" : "";
  return [
    fact(
      "all-pods-restart",
      all === "" ? "low" : "medium",
      `Every pod of ${nameOf(change)} is replaced${all}.`,
      change,
    ),
  ];
}
