// Who else has a word about an object: GitOps, Helm, kubectl apply, an autoscaler, a disruption budget.
import { at, type JsonObject, mapAt, numberAt, textAt } from "../core/json.ts";
import type { RiskFact } from "../core/risk.ts";
import { lastAppliedAnnotation } from "./normalise.ts";
import { selectorMatches } from "./selector.ts";

/** Objects of the same namespace that may have a word. */
export interface Neighbours {
  readonly autoscalers: readonly JsonObject[];
  readonly disruptionBudgets: readonly JsonObject[];
}

/** The risk facts of one object, whose full name is handed in; `neighbours` may hold what has nothing to do with it. */
export function ownershipFacts(object: JsonObject, name: string, neighbours: Neighbours): readonly RiskFact[] {
  return [
    ...gitOpsFacts(object, name),
    ...helmFacts(object, name),
    ...kubectlFacts(object, name),
    ...neighbours.autoscalers.flatMap((one) => autoscalerFacts(object, name, one)),
    ...neighbours.disruptionBudgets.flatMap((one) => budgetFacts(object, name, one)),
  ];
}

const annotation = (object: JsonObject, key: string): string => textAt(object, "metadata", "annotations", key);
const label = (object: JsonObject, key: string): string => textAt(object, "metadata", "labels", key);

/** Argo CD's resource tracking and Flux's kustomize and helm controllers. */
function gitOpsFacts(object: JsonObject, name: string): readonly RiskFact[] {
  const argo =
    annotation(object, "argocd.argoproj.io/tracking-id").split(":")[0] || label(object, "argocd.argoproj.io/instance");
  const kustomization = label(object, "kustomize.toolkit.fluxcd.io/name");
  const release = label(object, "helm.toolkit.fluxcd.io/name");
  const owners = [
    argo === "" ? "" : `Argo CD's application ${argo}`,
    kustomization === "" ? "" : `Flux's Kustomization ${kustomization}`,
    release === "" ? "" : `Flux's HelmRelease ${release}`,
  ].filter((owner) => owner !== "");
  return owners.map((owner) => ({
    kind: "gitops-owns",
    level: "high",
    says: `${owner} owns it and will revert what is not in Git.`,
    object: name,
  }));
}

function helmFacts(object: JsonObject, name: string): readonly RiskFact[] {
  const release = annotation(object, "meta.helm.sh/release-name");
  if (release === "" && label(object, "app.kubernetes.io/managed-by") !== "Helm") return [];
  const owner = release === "" ? "Helm" : `Helm's release ${release}`;
  const says = `${owner} owns it; the next upgrade undoes the change.`;
  return [{ kind: "helm-owns", level: "medium", says, object: name }];
}

function kubectlFacts(object: JsonObject, name: string): readonly RiskFact[] {
  if (annotation(object, lastAppliedAnnotation) === "") return [];
  const says = "It was applied with kubectl; the next kubectl apply undoes the change.";
  return [{ kind: "kubectl-owns", level: "low", says, object: name }];
}

function autoscalerFacts(object: JsonObject, name: string, autoscaler: JsonObject): readonly RiskFact[] {
  const target = mapAt(autoscaler, "spec", "scaleTargetRef");
  const isTarget =
    textAt(target, "kind") === textAt(object, "kind") &&
    textAt(target, "name") === textAt(object, "metadata", "name") &&
    groupOf(textAt(target, "apiVersion")) === groupOf(textAt(object, "apiVersion")) &&
    sameNamespace(object, autoscaler);
  if (!isTarget) return [];
  const least = numberAt(autoscaler, 1, "spec", "minReplicas");
  const most = numberAt(autoscaler, 1, "spec", "maxReplicas");
  const says = `HorizontalPodAutoscaler ${textAt(autoscaler, "metadata", "name")} keeps the replicas from ${least} to ${most} and will override.`;
  return [{ kind: "autoscaler-owns", level: "medium", says, object: name }];
}

function budgetFacts(object: JsonObject, name: string, budget: JsonObject): readonly RiskFact[] {
  const podLabels = mapAt(object, "spec", "template", "metadata", "labels");
  const isAbout = sameNamespace(object, budget) && selectorMatches(at(budget, "spec", "selector"), podLabels);
  if (!isAbout || Object.keys(podLabels).length === 0) return [];
  if (at(budget, "status", "disruptionsAllowed") !== 0) return [];
  const says = `PodDisruptionBudget ${textAt(budget, "metadata", "name")} allows no disruption now.`;
  return [{ kind: "pdb-blocks", level: "medium", says, object: name }];
}

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "");

const sameNamespace = (a: JsonObject, b: JsonObject): boolean =>
  textAt(a, "metadata", "namespace") === textAt(b, "metadata", "namespace");
