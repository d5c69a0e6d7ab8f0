// What guards the cluster itself: admission, API extensions, certificates, namespaces' security, volumes on nodes.
import { at, type JsonObject, mapAt, textAt } from "../../core/json.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import type { RiskFact } from "../../core/risk.ts";
import { fact, isKind, nameOf, type RiskFamily, sameJson } from "./fact.ts";

export const controlRisks: RiskFamily = (change) => {
  if (
    change.operation === "update" &&
    sameJson(change.before ?? undefined, change.after ?? undefined) &&
    !isApproval(change)
  )
    return [];
  return [
    ...admission(change),
    ...extension(change),
    ...certificate(change),
    ...namespaceSecurity(change),
    ...nodeVolume(change),
    ...account(change),
  ];
};

const done = { create: "is created", update: "changes", delete: "is deleted" } as const;

const admissionGroups = [
  "admissionregistration.k8s.io",
  "kyverno.io",
  "policies.kyverno.io",
  "templates.gatekeeper.sh",
  "constraints.gatekeeper.sh",
];

function admission(change: PreviewedChange): readonly RiskFact[] {
  if (!admissionGroups.includes(change.object.kind.group)) return [];
  return [
    fact(
      "admission-webhook",
      "high",
      `${nameOf(change)} ${done[change.operation]}: what the cluster admits may change.`,
      change,
    ),
  ];
}

function extension(change: PreviewedChange): readonly RiskFact[] {
  const isCrd = isKind(change, "apiextensions.k8s.io", "CustomResourceDefinition");
  if (!isCrd && !isKind(change, "apiregistration.k8s.io", "APIService")) return [];
  const what = isCrd ? "a kind of object" : "who answers a part of the API";
  return [fact("api-extension", "high", `${nameOf(change)} ${done[change.operation]}: it decides ${what}.`, change)];
}

function isApproval({ call }: PreviewedChange): boolean {
  return call.path.endsWith("/approval");
}

function certificate(change: PreviewedChange): readonly RiskFact[] {
  if (isKind(change, "certificates.k8s.io", "CertificateSigningRequest")) {
    const signer = textAt(change.after ?? change.before ?? undefined, "spec", "signerName");
    const says = isApproval(change)
      ? `The certificate request ${change.object.name} for the signer ${signer || "unknown"} is decided.`
      : `The certificate request ${change.object.name} ${done[change.operation]}.`;
    return [fact("certificate-approval", isApproval(change) ? "high" : "medium", says, change)];
  }
  const isSigner =
    isKind(change, "certificates.k8s.io", "ClusterTrustBundle") ||
    isKind(change, "cert-manager.io", "Issuer", "ClusterIssuer");
  return isSigner
    ? [
        fact(
          "certificate-approval",
          "high",
          `${nameOf(change)} ${done[change.operation]}: whom certificates come from.`,
          change,
        ),
      ]
    : [];
}

const securityLabel = "pod-security.kubernetes.io/";

function namespaceSecurity(change: PreviewedChange): readonly RiskFact[] {
  if (!isKind(change, "", "Namespace") || change.operation === "delete") return [];
  const [before, after] = [securityLabels(change.before), securityLabels(change.after)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const lines = keys
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key.slice(securityLabel.length)}: ${before[key] ?? "none"} → ${after[key] ?? "none"}`);
  if (lines.length === 0) return [];
  return [
    fact(
      "namespace-security",
      "high",
      `Pod Security of the namespace ${change.object.name}: ${lines.join(", ")}.`,
      change,
    ),
  ];
}

function securityLabels(namespace: JsonObject | null): Readonly<Record<string, string>> {
  const labels = Object.entries(mapAt(namespace ?? undefined, "metadata", "labels"));
  return Object.fromEntries(
    labels.filter(([key]) => key.startsWith(securityLabel)).map(([key, value]) => [key, String(value)]),
  );
}

function nodeVolume(change: PreviewedChange): readonly RiskFact[] {
  if (!isKind(change, "", "PersistentVolume")) return [];
  const type = ["hostPath", "local"].find((kind) => at(change.after ?? undefined, "spec", kind) !== undefined);
  if (type === undefined) return [];
  const path = textAt(change.after ?? undefined, "spec", type, "path");
  return [
    fact(
      "persistent-volume",
      "high",
      `The PersistentVolume ${change.object.name} is the path ${path} of a node.`,
      change,
    ),
  ];
}

/** A service account's own settings, and Secrets that the cluster fills with a token that never ends. */
function account(change: PreviewedChange): readonly RiskFact[] {
  if (isKind(change, "", "ServiceAccount") && at(change.after ?? undefined, "automountServiceAccountToken") === true)
    return [
      fact(
        "service-account-power",
        "medium",
        `Pods of the service account ${change.object.name} get its token.`,
        change,
      ),
    ];
  if (
    !isKind(change, "", "Secret") ||
    textAt(change.after ?? undefined, "type") !== "kubernetes.io/service-account-token"
  )
    return [];
  const whose = textAt(change.after ?? undefined, "metadata", "annotations", "kubernetes.io/service-account.name");
  return [
    fact(
      "service-account-power",
      "high",
      `The Secret ${change.object.name} gets a lasting token of the service account ${whose}.`,
      change,
    ),
  ];
}
