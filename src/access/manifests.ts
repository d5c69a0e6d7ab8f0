// What must stand in a cluster for the catalogue: the roles that have rules of their own, and what the bot needs to bind them.
import type { AccessConfig } from "../core/access.ts";
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

/**
 * What whoever carries out grants needs: to make and remove their objects, and to bind exactly the catalogue's roles (`bind`
 * with names, so that no right of theirs needs to be held; kubernetes.io/docs/reference/access-authn-authz/rbac,
 * "Restrictions on role binding creation or update").
 */
export function grantRules(access: AccessConfig): readonly JsonObject[] {
  const bound = (kind: "ClusterRole" | "Role") => [
    ...new Set(access.roles.filter((role) => role.bound.kind === kind).map((role) => role.bound.name)),
  ];
  const bind = (resource: string, names: readonly string[]): readonly JsonObject[] =>
    names.length === 0
      ? []
      : [{ apiGroups: [rbac], resources: [resource], verbs: ["get", "bind"], resourceNames: names }];
  return [
    {
      apiGroups: [rbac],
      resources: ["rolebindings", "clusterrolebindings"],
      verbs: ["get", "create", "patch", "delete"],
    },
    ...bind("clusterroles", bound("ClusterRole")),
    ...bind("roles", bound("Role")),
    { apiGroups: [""], resources: ["serviceaccounts", "secrets"], verbs: ["get", "create", "patch", "delete"] },
    { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
    { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
  ];
}
