// Who else has a word when only a workload's pod template changes.
import { fullName } from "../../core/kube.ts";
import type { Draft } from "../../core/plan.ts";
import { ownershipFacts } from "../../kubernetes/ownership.ts";
import { observationsOf, type Workload } from "./neighbours.ts";

/** An autoscaler sets replicas, which stay as they are here: that is a note, and nothing will be overridden. */
export function templateFacts(live: Workload): Pick<Draft, "risks" | "observations" | "notes"> {
  const facts = ownershipFacts(live.object, fullName(live.ref), live.neighbours);
  const isScaled = facts.some((fact) => fact.kind === "autoscaler-owns");
  return {
    risks: facts.filter((fact) => fact.kind !== "autoscaler-owns"),
    observations: observationsOf(live.neighbours),
    notes: isScaled ? ["Its HorizontalPodAutoscaler goes on setting the replicas."] : [],
  };
}
