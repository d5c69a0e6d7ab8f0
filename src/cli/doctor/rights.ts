// What the bot's own account may do in each cluster, asked of the cluster: too little is said, too much impersonation fails.
import type { Access } from "../../core/ports/clusters.ts";
import type { ExaminedCluster } from "../../integrations/kubernetes/examine.ts";
import { type Check, type Finding, fail, ok, warn } from "./finding.ts";

interface Wanted {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly verbs: readonly string[];
}

/** Without these there is no status, and nothing can be found or planned. */
const reads: readonly Wanted[] = [
  { group: "apps", resource: "deployments", verbs: ["get", "list", "watch"] },
  { group: "apps", resource: "statefulsets", verbs: ["get", "list", "watch"] },
  { group: "apps", resource: "daemonsets", verbs: ["get", "list", "watch"] },
  { group: "", resource: "pods", verbs: ["get", "list", "watch"] },
  { group: "", resource: "nodes", verbs: ["list", "watch"] },
  { group: "", resource: "namespaces", verbs: ["list"] },
  // Its uid names the cluster: no plan is made without it.
  { group: "", resource: "namespaces", name: "kube-system", verbs: ["get"] },
  { group: "apps", resource: "replicasets", verbs: ["list"] },
  { group: "apps", resource: "controllerrevisions", verbs: ["list"] },
  { group: "autoscaling", resource: "horizontalpodautoscalers", verbs: ["list"] },
  { group: "policy", resource: "poddisruptionbudgets", verbs: ["list"] },
];

/** Each serves a verb or two; without it the cluster refuses just those. */
const more: readonly Wanted[] = [
  { group: "", resource: "events", verbs: ["list"] },
  { group: "", resource: "pods", subresource: "log", verbs: ["get"] },
  { group: "metrics.k8s.io", resource: "pods", verbs: ["list"] },
  { group: "apps", resource: "deployments", verbs: ["patch", "delete"] },
  { group: "apps", resource: "deployments", subresource: "scale", verbs: ["get", "patch"] },
  { group: "apps", resource: "statefulsets", verbs: ["patch", "delete"] },
  { group: "apps", resource: "statefulsets", subresource: "scale", verbs: ["get", "patch"] },
  { group: "apps", resource: "daemonsets", verbs: ["patch", "delete"] },
];

/** Asked for without a name: allowed means allowed for every name there is. */
const impersonated: readonly Wanted[] = ["users", "groups", "serviceaccounts"].map((resource) => ({
  group: "",
  resource,
  verbs: ["impersonate"],
}));

export const checkRights: Check = async ({ clusters, config }) => {
  const people = config.clusters.filter(({ impersonation }) => impersonation !== undefined).map(({ name }) => name);
  const found = clusters
    .filter(({ trouble }) => trouble === null)
    .map((cluster) => (people.some((name) => name === cluster.name) ? ownRights(cluster) : rightsIn(cluster)));
  return (await Promise.all(found)).flat();
};

/** Where people act with their own rights, the bot needs what its caches hold; the rest is `impersonation`'s to look at. */
const shared: readonly Wanted[] = [
  { group: "apps", resource: "deployments", verbs: ["list", "watch"] },
  { group: "apps", resource: "statefulsets", verbs: ["list", "watch"] },
  { group: "apps", resource: "daemonsets", verbs: ["list", "watch"] },
  { group: "", resource: "pods", verbs: ["list", "watch"] },
  { group: "", resource: "nodes", verbs: ["list", "watch"] },
  { group: "", resource: "namespaces", verbs: ["list"] },
  { group: "", resource: "namespaces", name: "kube-system", verbs: ["get"] },
];

/** What a bot that acts as people has no use for, and a thief of its token would. */
const tooMuch: readonly Wanted[] = [
  { group: "", resource: "secrets", verbs: ["get", "list", "delete"] },
  { group: "", resource: "serviceaccounts", subresource: "token", verbs: ["create"] },
  { group: "apps", resource: "deployments", verbs: ["patch", "delete"] },
  { group: "", resource: "pods", subresource: "exec", verbs: ["create"] },
];

async function ownRights(cluster: ExaminedCluster): Promise<readonly Finding[]> {
  const [needed, beyond] = await Promise.all([notAllowed(cluster, shared), allowed(cluster, tooMuch)]);
  const rights = `rights in ${cluster.name}`;
  const print = `countersign rbac --cluster ${cluster.name} prints what it needs.`;
  const findings: Finding[] = [];
  if (needed.length > 0)
    findings.push(fail(rights, `The bot may not, in all namespaces: ${needed.join(", ")}.`, print));
  if (beyond.length > 0)
    findings.push(
      warn(
        rights,
        `The bot itself may ${beyond.join(", ")}, though people's own rights count.`,
        `Take it away: ${print}`,
      ),
    );
  return findings.length > 0 ? findings : [ok(rights, "The bot may keep its caches, and nothing beside.")];
}

async function rightsIn(cluster: ExaminedCluster): Promise<readonly Finding[]> {
  const [needed, useful, everybody] = await Promise.all([
    notAllowed(cluster, reads),
    notAllowed(cluster, more),
    allowed(cluster, impersonated),
  ]);
  const rights = `rights in ${cluster.name}`;
  const findings: Finding[] = [];
  const grant = "Bind a ClusterRole with these rules to the bot's account.";
  if (needed.length > 0)
    findings.push(fail(rights, `The bot may not, in all namespaces: ${needed.join(", ")}.`, grant));
  if (useful.length > 0)
    findings.push(
      warn(
        rights,
        `The bot may not, in all namespaces: ${useful.join(", ")}.`,
        "Verbs that need these are refused by the cluster; grant them where the bot is to do that.",
      ),
    );
  if (findings.length === 0) findings.push(ok(rights, "The bot may read and write what its verbs need."));
  if (everybody.length > 0)
    findings.push(
      fail(
        `impersonation in ${cluster.name}`,
        `The bot may act as anybody at all: ${everybody.join(", ")}, without resourceNames.`,
        "Take impersonate, and * as a verb, out of its roles, or bound them by resourceNames: whoever takes the bot over is cluster admin.",
      ),
    );
  return findings;
}

async function notAllowed(cluster: ExaminedCluster, wanted: readonly Wanted[]): Promise<readonly string[]> {
  return answers(cluster, wanted, (may) => may !== true);
}

async function allowed(cluster: ExaminedCluster, wanted: readonly Wanted[]): Promise<readonly string[]> {
  return answers(cluster, wanted, (may) => may === true);
}

async function answers(
  cluster: ExaminedCluster,
  wanted: readonly Wanted[],
  keep: (may: boolean | null) => boolean,
): Promise<readonly string[]> {
  const asked = wanted.flatMap(({ verbs, ...what }) =>
    verbs.map((verb): Access => ({ ...what, verb, namespace: null })),
  );
  const told = await Promise.all(asked.map(async (access) => ({ access, may: await cluster.may(access) })));
  return told.filter(({ may }) => keep(may)).map(({ access }) => words(access));
}

function words({ verb, group, resource, subresource, name }: Access): string {
  const parts = [group === "" ? resource : `${resource}.${group}`, subresource, name];
  return `${verb} ${parts.filter((part) => part !== undefined).join("/")}`;
}
