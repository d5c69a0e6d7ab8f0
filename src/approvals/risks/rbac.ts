// Rights that change hands, and those that let their holder take more: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
import { at, type JsonObject, listAt, mapAt, textAt } from "../../core/json.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import { changes, fact, isKind, nameOf, type RiskFamily, texts } from "./fact.ts";

const group = "rbac.authorization.k8s.io";

export const rbacRisks: RiskFamily = (change) => {
  if (!isKind(change, group, "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")) return [];
  if (
    !["rules", "aggregationRule", "subjects", "roleRef"].some((field) => changes(change, field)) &&
    !changes(change, "metadata", "labels")
  )
    return [];
  const done = { create: "is created", update: "changes", delete: "is deleted" }[change.operation];
  const level = change.object.kind.kind.startsWith("Cluster") ? "high" : "medium";
  const facts = [fact("rbac-change", level, `${nameOf(change)} ${done}${who(change)}.`, change)];
  const powers = change.after === null ? [] : [...escalations(change.after), ...bindingEscalations(change.after)];
  if (powers.length > 0)
    facts.push(
      fact(
        "rbac-escalation",
        "high",
        `${nameOf(change)} lets its holder gain more: ${[...new Set(powers)].join("; ")}.`,
        change,
      ),
    );
  return facts;
};

function who({ after, before }: PreviewedChange): string {
  const subjects = listAt(after ?? before ?? undefined, "subjects").map((subject) => {
    const place = textAt(subject, "namespace");
    return `${textAt(subject, "kind")} ${place === "" ? "" : `${place}/`}${textAt(subject, "name")}`;
  });
  return subjects.length === 0
    ? ""
    : `: ${textAt(after ?? before ?? undefined, "roleRef", "name")} for ${subjects.join(", ")}`;
}

/** What of a role's rules is on the list; empty for a harmless role. */
export function escalations(role: JsonObject): readonly string[] {
  const powers = listAt(role, "rules").flatMap((rule) => ruleEscalations(rule as JsonObject));
  if (at(role, "aggregationRule") !== undefined) powers.push("it gathers the rules of other roles by their labels");
  for (const label of Object.keys(mapAt(role, "metadata", "labels")))
    if (label.startsWith("rbac.authorization.k8s.io/aggregate-to-"))
      powers.push(`its rules are added to every ${label.split("-to-")[1]}`);
  return powers;
}

const reads = ["get", "list", "watch", "*"];
const writes = ["create", "update", "patch", "delete", "deletecollection", "*"];
const makes = ["create", "update", "patch", "*"];

interface Power {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly says: string;
}

const powers: readonly Power[] = [
  { group, resources: ["roles", "clusterroles"], verbs: ["escalate"], says: "it may escalate roles" },
  { group, resources: ["roles", "clusterroles"], verbs: ["bind"], says: "it may bind roles it does not have" },
  {
    group,
    resources: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
    verbs: makes,
    says: "it writes roles or bindings",
  },
  { group: "", resources: ["secrets"], verbs: reads, says: "it reads Secrets" },
  {
    group: "",
    resources: ["secrets"],
    verbs: makes,
    says: "it writes Secrets, and so can make service account tokens",
  },
  { group: "", resources: ["serviceaccounts/token"], verbs: ["create", "*"], says: "it makes service account tokens" },
  {
    group: "",
    resources: ["nodes/proxy"],
    verbs: [...reads, ...writes],
    says: "it reaches the kubelet by nodes/proxy",
  },
  {
    group: "",
    resources: ["pods/exec", "pods/attach"],
    verbs: ["create", "get", "*"],
    says: "it runs commands in pods",
  },
  { group: "", resources: ["pods/ephemeralcontainers"], verbs: makes, says: "it adds containers to running pods" },
  {
    group: "",
    resources: ["pods", "replicationcontrollers", "podtemplates"],
    verbs: makes,
    says: "it creates pods, under any service account",
  },
  {
    group: "apps",
    resources: ["deployments", "daemonsets", "statefulsets", "replicasets"],
    verbs: makes,
    says: "it creates workloads, under any service account",
  },
  { group: "batch", resources: ["jobs", "cronjobs"], verbs: makes, says: "it creates jobs, under any service account" },
  {
    group: "",
    resources: ["persistentvolumes"],
    verbs: makes,
    says: "it creates PersistentVolumes, also on a node's own paths",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["update", "patch", "*"],
    says: "it changes namespaces and so their Pod Security labels",
  },
  {
    group: "certificates.k8s.io",
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update", "patch", "*"],
    says: "it approves certificates",
  },
  {
    group: "certificates.k8s.io",
    resources: ["signers"],
    verbs: ["approve", "sign", "*"],
    says: "it signs or approves certificates",
  },
  {
    group: "admissionregistration.k8s.io",
    resources: [
      "validatingwebhookconfigurations",
      "mutatingwebhookconfigurations",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "mutatingadmissionpolicies",
      "mutatingadmissionpolicybindings",
    ],
    verbs: writes,
    says: "it changes admission webhooks or policies",
  },
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions"],
    verbs: writes,
    says: "it changes what kinds there are",
  },
  { group: "apiregistration.k8s.io", resources: ["apiservices"], verbs: writes, says: "it changes who serves the API" },
];

function ruleEscalations(rule: JsonObject): string[] {
  const verbs = texts(listAt(rule, "verbs"));
  const resources = texts(listAt(rule, "resources"));
  const groups = texts(listAt(rule, "apiGroups"));
  const found: string[] = [];
  if (verbs.includes("*"))
    found.push(`all verbs on ${[...resources, ...texts(listAt(rule, "nonResourceURLs"))].join(", ")}`);
  if (resources.some((resource) => resource === "*" || resource.startsWith("*/")))
    found.push(`${verbs.join(", ")} on all resources`);
  if (groups.includes("*")) found.push(`${verbs.join(", ")} in all API groups`);
  if (texts(listAt(rule, "nonResourceURLs")).includes("*")) found.push(`${verbs.join(", ")} on all URLs`);
  if (verbs.includes("impersonate")) found.push(`it impersonates ${resources.join(", ")}`);
  for (const power of powers) {
    const inGroup = groups.includes(power.group) || groups.includes("*");
    const onResource = power.resources.some((resource) => resources.some((given) => covers(given, resource)));
    if (inGroup && onResource && power.verbs.some((verb) => verbs.includes(verb) || verbs.includes("*")))
      found.push(power.says);
  }
  return found;
}

function covers(given: string, resource: string): boolean {
  if (given === "*" || given === resource) return true;
  const [, sub] = resource.split("/");
  return sub !== undefined && given === `*/${sub}`;
}

const everybody = new Set([
  "system:authenticated",
  "system:unauthenticated",
  "system:anonymous",
  "system:serviceaccounts",
  "system:masters",
]);
const strongRoles = new Set(["cluster-admin", "admin", "edit"]);

function bindingEscalations(binding: JsonObject): readonly string[] {
  const role = textAt(binding, "roleRef", "name");
  const found: string[] = [];
  if (strongRoles.has(role) || role.startsWith("system:")) found.push(`it gives the role ${role}`);
  for (const subject of listAt(binding, "subjects")) {
    const name = textAt(subject, "name");
    if (everybody.has(name) || name.startsWith("system:serviceaccounts:")) found.push(`it gives ${role} to ${name}`);
  }
  return found;
}
