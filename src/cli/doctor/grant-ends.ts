// Whether the bot may end what it grants in each cluster, in its own name: who was granted something may be gone by then.
import { grantedRoles } from "../../access/manifests.ts";
import type { AccessConfig } from "../../core/access.ts";
import type { Access } from "../../core/ports/clusters.ts";
import type { ExaminedCluster } from "../../integrations/kubernetes/examine.ts";
import { type Check, type Finding, fail, ok } from "./finding.ts";

export const checkGrantEnds: Check = async ({ clusters, config }) => {
  const granted = grantedRoles(config.access);
  if (granted.clusterRoles.length + granted.roles.length + granted.wide.length === 0) return [];
  const people = clusters.filter(({ name, trouble }) => {
    const cluster = config.clusters.find((one) => one.name === name);
    return trouble === null && cluster?.impersonation !== undefined;
  });
  return Promise.all(people.map((cluster) => lookAt(cluster, config.access)));
};

/** Namespaces of bindings are the admin's choice, so only what has one place is asked about. */
function neededFor(access: AccessConfig): readonly Access[] {
  const { wide, accounts } = grantedRoles(access);
  const bindings = { group: "rbac.authorization.k8s.io", resource: "clusterrolebindings", namespace: null };
  const both = (what: Omit<Access, "verb">): readonly Access[] => [
    { ...what, verb: "get" },
    { ...what, verb: "delete" },
  ];
  return [
    ...(wide.length === 0 ? [] : both(bindings)),
    ...(accounts === null
      ? []
      : ["serviceaccounts", "secrets"].flatMap((resource) => both({ group: "", resource, namespace: accounts }))),
  ];
}

async function lookAt(cluster: ExaminedCluster, access: AccessConfig): Promise<Finding> {
  const what = `ends of grants in ${cluster.name}`;
  const asked = neededFor(access);
  const told = await Promise.all(asked.map(async (one) => ({ one, may: await cluster.may(one) })));
  const lacking = told.filter(({ may }) => may !== true).map(({ one }) => words(one));
  if (lacking.length === 0) return ok(what, "What is granted there for a time can be taken back by the bot itself.");
  return fail(
    what,
    `The bot may not: ${lacking.join(", ")}.`,
    `Grants there would end by the reaper alone, and none by token be made. countersign rbac --cluster ${cluster.name} prints what it needs.`,
  );
}

function words({ verb, resource, namespace }: Access): string {
  return `${verb} ${resource}${namespace === null ? "" : ` in ${namespace}`}`;
}
