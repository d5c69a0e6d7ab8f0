// A role of the catalogue, and what the cluster's own role of that name holds now.
import type { AccessConfig, RoleConfig } from "../../core/access.ts";
import { nearest } from "../../core/nearest.ts";
import type { Cluster } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { type RightsRule, rulesOf, sameRules, streamsIn } from "../../core/rights.ts";

export function roleNamed(catalogue: AccessConfig, name: string): RoleConfig | Refusal {
  const found = catalogue.roles.find((role) => role.name === name);
  if (found !== undefined) return found;
  const names = catalogue.roles.map((role) => role.name);
  if (names.length === 0)
    return refuse(
      "no-such-role",
      `There is no role “${name}”: the catalogue is empty.`,
      "The admin of the bot writes roles into access.roles of the configuration.",
    );
  const near = nearest(name, names);
  return refuse(
    "no-such-role",
    `There is no role “${name}”.`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The roles are ${names.join(", ")}.`,
  );
}

/** The rules as the cluster has them; refused where they are not what the catalogue promises. */
export async function boundRules(
  cluster: Cluster,
  role: RoleConfig,
  namespace: string | null,
): Promise<readonly RightsRule[] | Refusal> {
  const resource = role.bound.kind === "ClusterRole" ? "clusterroles" : "roles";
  const kind = await cluster.kindOf(`${resource}.rbac.authorization.k8s.io`);
  if (isRefusal(kind)) return kind;
  const place = role.bound.kind === "ClusterRole" ? null : namespace;
  const live = await cluster.read({ cluster: cluster.info.name, kind, namespace: place, name: role.bound.name });
  if (isRefusal(live)) return live;
  if (live === null) return missing(cluster, role, namespace);
  const rules = rulesOf(live);
  if (role.rules !== null && (!sameRules(rules, role.rules) || live.aggregationRule !== undefined))
    return refuse(
      "role-differs",
      `${role.bound.kind} ${role.bound.name} on ${cluster.info.name} does not hold what the catalogue says of ${role.name}.`,
      "Somebody changed one of the two: the admin applies the role's manifest again.",
    );
  const streams = role.allowStreams ? [] : streamsIn(rules);
  if (streams.length === 0) return rules;
  return refuse(
    "open-streams",
    `${role.name} holds ${streams.join(", ")}: a stream that is open then stays open after the grant's end.`,
    "The admin leaves it out of the role, or marks the role with allowStreams.",
  );
}

function missing(cluster: Cluster, role: RoleConfig, namespace: string | null): Refusal {
  const where = role.bound.kind === "Role" ? `${namespace} on ${cluster.info.name}` : cluster.info.name;
  const hint =
    role.rules === null
      ? "The admin corrects access.roles, or creates the role in the cluster."
      : "The admin applies the manifests of the catalogue to the cluster.";
  return refuse("role-differs", `There is no ${role.bound.kind} ${role.bound.name} in ${where}.`, hint);
}
