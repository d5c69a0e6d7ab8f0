// Whether the bot can act as people where it must, and as nobody else, in each cluster that knows people.
import { verbs } from "../../commands/index.ts";
import type { AccessRule } from "../../core/action.ts";
import type { ImpersonationConfig } from "../../core/config.ts";
import type { Access } from "../../core/ports/clusters.ts";
import { approvedGroup, roleOf } from "../../core/role.ts";
import type { ExaminedCluster } from "../../integrations/kubernetes/examine.ts";
import { constrainsImpersonation } from "../../kubernetes/server-version.ts";
import { type Check, type Finding, fail, ok, warn } from "./finding.ts";

const authentication = "authentication.k8s.io";
const apply = (name: string): string =>
  `countersign rbac --cluster ${name} prints what is right; read it, then: countersign rbac --cluster ${name} … | kubectl apply -f -`;

export const checkImpersonation: Check = async ({ clusters, config }) => {
  const found = clusters.map(async (cluster) => {
    const mapping = config.clusters.find(({ name }) => name === cluster.name)?.impersonation;
    return cluster.trouble !== null || mapping === undefined ? [] : await lookAt(cluster, mapping);
  });
  return (await Promise.all(found)).flat();
};

async function lookAt(cluster: ExaminedCluster, mapping: ImpersonationConfig): Promise<readonly Finding[]> {
  const what = `impersonation in ${cluster.name}`;
  const [above, anybody, missing] = await Promise.all([
    actsAbove(cluster),
    mayActAs(cluster, "users"),
    missingRights(cluster, mapping),
  ]);
  const findings: Finding[] = [];
  if (above.length > 0)
    findings.push(
      fail(
        what,
        `The bot may act above everybody: ${above.join(", ")}, not bounded by resourceNames.`,
        `Whoever takes the bot over is cluster admin. Take that, and * as a verb, out of its roles: ${apply(cluster.name)}`,
      ),
    );
  if (missing.length > 0)
    findings.push(
      fail(what, `The bot may not: ${missing.join(", ")}.`, `People's calls are refused. ${apply(cluster.name)}`),
    );
  if (anybody)
    findings.push(
      warn(
        what,
        "The bot may act as a user of any name, in listed groups only.",
        "Where users can be listed, list them: countersign rbac --users NAME,…; else see that no user by name holds more than the groups give.",
      ),
    );
  return findings.length > 0
    ? findings
    : [ok(what, "The bot may act as the people and in the groups that it must, and no others.")];
}

type Subject = "users" | "groups" | "serviceaccounts" | "uids";

/** Without a name: as anybody. Plain impersonation, or the constrained one where the server knows it. */
async function mayActAs(cluster: ExaminedCluster, resource: Subject, name?: string): Promise<boolean> {
  const named = name === undefined ? {} : { name };
  const mode = resource === "serviceaccounts" ? "serviceaccount" : "user-info";
  return may(cluster, { group: resource === "uids" ? authentication : "", resource, namespace: null, ...named }, mode);
}

async function may(cluster: ExaminedCluster, what: Omit<Access, "verb">, mode = "user-info"): Promise<boolean> {
  const [plain, constrained] = await Promise.all([
    cluster.may({ ...what, verb: "impersonate" }),
    cluster.may({ ...what, group: authentication, verb: `impersonate:${mode}` }),
  ]);
  return plain === true || (constrained === true && constrainsImpersonation(cluster.version) === true);
}

async function actsAbove(cluster: ExaminedCluster): Promise<readonly string[]> {
  const asked: readonly (readonly [string, Promise<boolean>])[] = [
    ["impersonate every group", mayActAs(cluster, "groups")],
    ["impersonate group system:masters", mayActAs(cluster, "groups", "system:masters")],
    ["impersonate every service account", mayActAs(cluster, "serviceaccounts")],
  ];
  const told = await Promise.all(asked.map(async ([says, allowed]) => ({ says, allowed: await allowed })));
  const found = told.filter(({ allowed }) => allowed).map(({ says }) => says);
  // Every group says it already.
  return found.includes("impersonate every group") ? found.filter((says) => !says.endsWith("system:masters")) : found;
}

async function missingRights(cluster: ExaminedCluster, mapping: ImpersonationConfig): Promise<readonly string[]> {
  const review: Access = {
    verb: "create",
    group: "authorization.k8s.io",
    resource: "subjectaccessreviews",
    namespace: null,
  };
  const asked: readonly (readonly [string, Promise<boolean>])[] = [
    ["create subjectaccessreviews", cluster.may(review).then((allowed) => allowed === true)],
    ...groupsOf(mapping).map((group) => [`impersonate group ${group}`, mayActAs(cluster, "groups", group)] as const),
    ["impersonate userextras/countersign.dev/request", extra(cluster, "countersign.dev/request")],
    ["impersonate-on:user-info:list pods", actsOn(cluster)],
    ...(mapping.uidClaim === null ? [] : [["impersonate uids", mayActAs(cluster, "uids")] as const]),
    ...Object.keys(mapping.extra).map((key) => [`impersonate userextras/${key}`, extra(cluster, key)] as const),
  ];
  const told = await Promise.all(asked.map(async ([says, allowed]) => ({ says, allowed: await allowed })));
  return told.filter(({ allowed }) => !allowed).map(({ says }) => says);
}

function extra(cluster: ExaminedCluster, subresource: string): Promise<boolean> {
  return may(cluster, { group: authentication, resource: "userextras", subresource, namespace: null });
}

/** Constrained impersonation takes a second right, on what is done; plain impersonation of the same group does not. */
async function actsOn(cluster: ExaminedCluster): Promise<boolean> {
  const name = approvedGroup("restart");
  const [plain, onBehalf] = await Promise.all([
    cluster.may({ verb: "impersonate", group: "", resource: "groups", namespace: null, name }),
    cluster.may({ verb: "impersonate-on:user-info:list", group: "", resource: "pods", namespace: null }),
  ]);
  return plain === true || onBehalf === true;
}

/** What the admin lists kinds for, or a catalogue of roles, may be in no use there. */
function isOfEveryCluster(access: readonly AccessRule[]): boolean {
  return access.length > 0 && access.every((rule) => !("listed" in rule) && !("granted" in rule));
}

/** Those that are known by name: approved ones, and what the mapping lists. */
function groupsOf({ groups, unlinked }: ImpersonationConfig): readonly string[] {
  const approved = [...verbs.values()].flatMap(({ name, access }) =>
    isOfEveryCluster(access ?? []) ? [approvedGroup(roleOf(name))] : [],
  );
  const named = (groups?.only ?? []).filter((name) => !name.includes("*")).map((name) => `${groups?.prefix}${name}`);
  return [...named, ...(unlinked?.groups ?? []), ...approved];
}
