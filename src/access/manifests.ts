// What must stand in a cluster for the catalogue: the roles that have rules of their own, and who may bind and unbind them.
import type { AccessConfig, GivenRights, GivenRule, RoleConfig } from "../core/access.ts";
import type { JsonObject } from "../core/json.ts";
import { ruleJson } from "../core/rights.ts";
import { approvedGroup } from "../core/role.ts";

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
 * Nothing where the catalogue has no role of a cluster. Approvals of `grant` and `extend` make and lengthen a grant's objects, as
 * the person who asked; they may bind exactly the catalogue's roles (`bind` with names, so that no right of theirs needs to be
 * held; kubernetes.io/docs/reference/access-authn-authz/rbac, "Restrictions on role binding creation or update"). The bot itself
 * can give nothing: it reads back, removes, and makes the tokens of service accounts.
 */
export function grantRights(access: AccessConfig): readonly GivenRights[] {
  const roles = access.roles.filter((role) => role.bound.kind !== "membership");
  const near = roles.filter((role) => role.scope === "namespace");
  const wide = roles.filter((role) => role.scope === "cluster");
  const nearAccounts = hasTokens(near) ? accounts : [];
  const toPeople = (["grant", "extend"] as const).flatMap((to) => {
    const makes = to === "grant" ? ["create", "patch"] : ["patch"];
    const name = approvedGroup(to);
    return [
      given({ name, to, where: "namespaces" }, near, [
        rule(["rolebindings"], makes),
        ...bind(near),
        ...made(nearAccounts, makes),
      ]),
      given({ name: `${name}:cluster`, to, where: "cluster" }, wide, [
        rule(["clusterrolebindings"], makes),
        ...bind(wide),
      ]),
      given(
        { name: `${name}:accounts`, to, where: { namespace: access.namespace } },
        wide.filter(byToken),
        made(accounts, makes),
      ),
    ].flat();
  });
  const name = "countersign:grants";
  return [
    ...toPeople,
    ...given({ name, to: "bot", where: "namespaces" }, near, [
      rule(["rolebindings"], ends),
      ...named("roles", near, "Role", ["get"]),
      ...kept(nearAccounts),
    ]),
    ...given({ name: `${name}:cluster`, to: "bot", where: "cluster" }, roles, [
      ...(wide.length === 0 ? [] : [rule(["clusterrolebindings"], ends)]),
      ...named("clusterroles", roles, "ClusterRole", ["get"]),
    ]),
    ...given(
      { name: `${name}:accounts`, to: "bot", where: { namespace: access.namespace } },
      wide.filter(byToken),
      kept(accounts),
    ),
  ];
}

const ends = ["get", "delete"];
const accounts = ["serviceaccounts", "secrets"];
const byToken = (role: RoleConfig): boolean => role.credentials.includes("token");
const hasTokens = (roles: readonly RoleConfig[]): boolean => roles.some(byToken);

function given(
  of: Omit<GivenRights, "rules">,
  because: readonly RoleConfig[],
  rules: readonly GivenRule[],
): readonly GivenRights[] {
  return because.length === 0 || rules.length === 0 ? [] : [{ ...of, rules }];
}

function rule(resources: readonly string[], ruleVerbs: readonly string[], group = rbac): GivenRule {
  return { apiGroups: [group], resources, verbs: ruleVerbs };
}

const made = (resources: readonly string[], by: readonly string[]): readonly GivenRule[] =>
  resources.length === 0 ? [] : [rule(resources, by, "")];

const kept = (resources: readonly string[]): readonly GivenRule[] =>
  resources.length === 0 ? [] : [rule(resources, ends, ""), rule(["serviceaccounts/token"], ["create"], "")];

/** To RBAC an empty list of names means every name. */
function named(
  resource: string,
  roles: readonly RoleConfig[],
  kind: string,
  by: readonly string[],
): readonly GivenRule[] {
  const names = [...new Set(roles.filter((role) => role.bound.kind === kind).map((role) => role.bound.name))];
  return names.length === 0 ? [] : [{ ...rule([resource], by), resourceNames: names }];
}

const bind = (roles: readonly RoleConfig[]): readonly GivenRule[] => [
  ...named("clusterroles", roles, "ClusterRole", ["bind"]),
  ...named("roles", roles, "Role", ["bind"]),
];
