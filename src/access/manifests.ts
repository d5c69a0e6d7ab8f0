// What must stand in a cluster for the catalogue: the roles that have rules of their own, and which of all may be bound where.
import type { AccessConfig, RoleConfig } from "../core/access.ts";
import type { JsonObject } from "../core/json.ts";
import { ruleJson } from "../core/rights.ts";

const rbac = "rbac.authorization.k8s.io";

/** One ClusterRole per role of the catalogue that says its rules. Nobody is bound to them but by a grant. */
export function catalogueManifests(access: AccessConfig): readonly JsonObject[] {
  return access.roles.flatMap((role) =>
    role.rules === null || role.bound.kind === "membership"
      ? []
      : [
          {
            apiVersion: `${rbac}/v1`,
            kind: "ClusterRole",
            metadata: { name: role.bound.name },
            rules: role.rules.map(ruleJson),
          },
        ],
  );
}

/** Names of the roles that a grant may bind, by where, and where the accounts stand that tokens are made for. */
export function grantedRoles(access: AccessConfig): {
  readonly clusterRoles: readonly string[];
  readonly roles: readonly string[];
  readonly wide: readonly string[];
  readonly accounts: string | null;
} {
  const bound = (kind: "ClusterRole" | "Role", scope: RoleConfig["scope"]) => [
    ...new Set(
      access.roles.filter((role) => role.bound.kind === kind && role.scope === scope).map((role) => role.bound.name),
    ),
  ];
  return {
    clusterRoles: bound("ClusterRole", "namespace"),
    roles: bound("Role", "namespace"),
    wide: bound("ClusterRole", "cluster"),
    accounts: access.roles.some((role) => role.credentials.includes("token")) ? access.namespace : null,
  };
}
