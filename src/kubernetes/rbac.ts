// The RBAC objects that a cluster needs: the bot's own rights, and those that an approval gives.
import type { AccessRule } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import { approvedGroup } from "../core/role.ts";

export type BotAccount =
  | { readonly kind: "ServiceAccount"; readonly namespace: string; readonly name: string }
  | { readonly kind: "User"; readonly name: string };

export interface ListedKind {
  readonly group: string;
  readonly resource: string;
}

export interface RbacInput {
  readonly bot: BotAccount;
  /** Change verbs by role, with what their calls take; verbs that write to no cluster are left out by their emptiness. */
  readonly verbs: readonly { readonly role: string; readonly access: readonly AccessRule[] }[];
  /** What `apply` and `delete` may work on. */
  readonly listed: readonly ListedKind[];
  /** Names of the catalogue's ClusterRoles and Roles; without any, nothing can be granted. */
  readonly granted: { readonly clusterRoles: readonly string[]; readonly roles: readonly string[] };
  /** Where approvals give rights: in these namespaces, or everywhere for null. */
  readonly namespaces: readonly string[] | null;
  /** People hold their write rights themselves: approvals give none. */
  readonly standing: boolean;
  /** Groups that people are in, as the cluster knows them: the bot may act in these and the approved ones, and no other. */
  readonly groups: readonly string[];
  /** Users as the cluster knows them; null: the bot may act as a user of any name. */
  readonly users: readonly string[] | null;
  readonly hasUid: boolean;
  readonly extraKeys: readonly string[];
  /** KEP-5284, on from 1.36: bounded by what is done as well as by as whom. */
  readonly constrained: boolean;
}

const rbac = "rbac.authorization.k8s.io";
const authentication = "authentication.k8s.io";
const onBehalf = "impersonate-on:user-info:";
const reads: readonly string[] = ["get", "list", "watch"];

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Pure: the same input gives the same objects, in the order in which they can be applied. */
export function rbacObjects(input: RbacInput): readonly JsonObject[] {
  const roles = input.verbs
    .map(({ role, access }) => ({ role, rules: writeRules(access, input) }))
    .filter(({ rules }) => rules.length > 0);
  const names = roles.map(({ role }) => approvedGroup(role));
  const bot = subjectOf(input.bot);
  // Binding a role is a right and no call; reads are in the bot's own role.
  const called = roles.flatMap(({ rules }) => rules).filter(({ verbs }) => !verbs.includes("bind"));
  const acting = input.constrained ? onBehalfRules(called) : [];
  return [
    clusterRole("countersign", [...cacheRules, ...impersonationRules(input, names)]),
    clusterRoleBinding("countersign", "countersign", bot),
    ...(acting.length === 0
      ? []
      : [clusterRole("countersign:acts", acting), ...bindings(input.namespaces, "countersign:acts", bot)]),
    ...(endRules(input).length === 0
      ? []
      : [clusterRole("countersign:ends", endRules(input)), ...bindings(null, "countersign:ends", bot)]),
    ...(input.standing ? [] : roles).flatMap(({ role, rules }) => {
      const name = approvedGroup(role);
      return [clusterRole(name, rules), ...bindings(input.namespaces, name, groupSubject(name))];
    }),
  ];
}

/** Discovery and reviews of oneself everybody has, by system:discovery and system:basic-user. */
const cacheRules: readonly Rule[] = [
  { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["list", "watch"] },
  { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "statefulsets"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["namespaces"], verbs: ["list"] },
  { apiGroups: [""], resources: ["namespaces"], resourceNames: ["kube-system"], verbs: ["get"] },
  { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
];

function impersonationRules(input: RbacInput, approved: readonly string[]): readonly Rule[] {
  const { users, groups, constrained } = input;
  const verb = constrained ? "impersonate:user-info" : "impersonate";
  const group = constrained ? authentication : "";
  const extras = ["countersign.dev/request", ...input.extraKeys].map((key) => `userextras/${key}`);
  const rules: Rule[] = [
    { apiGroups: [group], resources: ["users"], verbs: [verb], ...(users === null ? {} : { resourceNames: users }) },
    { apiGroups: [group], resources: ["groups"], verbs: [verb], resourceNames: [...groups, ...approved] },
    { apiGroups: [authentication], resources: extras, verbs: [verb] },
  ];
  if (input.hasUid) rules.push({ apiGroups: [authentication], resources: ["uids"], verbs: [verb] });
  // What people read is theirs to read: the bot may ask for it in their names, and for nothing in its own.
  if (constrained) rules.push({ apiGroups: ["*"], resources: ["*"], verbs: reads.map((verb) => onBehalf + verb) });
  // To RBAC an empty list of names means every name.
  return rules.filter(({ resourceNames }) => resourceNames === undefined || resourceNames.length > 0);
}

/** What the bot does in its own name: it ends what was granted, also for people who are gone, and hands tokens over. */
function endRules({ granted }: RbacInput): readonly Rule[] {
  if (granted.clusterRoles.length + granted.roles.length === 0) return [];
  return [
    { apiGroups: [rbac], resources: ["rolebindings", "clusterrolebindings"], verbs: ["get", "delete"] },
    { apiGroups: [""], resources: ["serviceaccounts", "secrets"], verbs: ["get", "delete"] },
    { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
  ];
}

function onBehalfRules(rules: readonly Rule[]): readonly Rule[] {
  const writes = rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => !reads.includes(verb)) }));
  return merged(writes).map((rule) => ({ ...rule, verbs: rule.verbs.map((verb) => onBehalf + verb) }));
}

function writeRules(access: readonly AccessRule[], { listed, granted }: RbacInput): readonly Rule[] {
  const takesGrants = access.some((rule) => "granted" in rule);
  if (takesGrants && granted.clusterRoles.length + granted.roles.length === 0) return [];
  const bound = access.flatMap((rule) => ("granted" in rule ? bindRules(granted, rule.verbs) : []));
  const plain = access.filter((rule): rule is Exclude<AccessRule, { granted: true }> => !("granted" in rule));
  return [
    ...merged(
      plain.flatMap((rule): readonly Rule[] =>
        "listed" in rule
          ? listed.map(({ group, resource }) => ({ apiGroups: [group], resources: [resource], verbs: rule.verbs }))
          : [
              {
                apiGroups: [rule.group],
                resources: [rule.subresource === undefined ? rule.resource : `${rule.resource}/${rule.subresource}`],
                verbs: rule.verbs,
              },
            ],
      ),
    ),
    ...bound,
  ];
}

function bindRules({ clusterRoles, roles }: RbacInput["granted"], verbs: readonly string[]): readonly Rule[] {
  return [
    { apiGroups: [rbac], resources: ["clusterroles"], resourceNames: clusterRoles, verbs },
    { apiGroups: [rbac], resources: ["roles"], resourceNames: roles, verbs },
  ].filter(({ resourceNames }) => resourceNames.length > 0);
}

/** One rule for each group and set of verbs. */
function merged(rules: readonly Rule[]): readonly Rule[] {
  const verbsOf = new Map<string, Set<string>>();
  for (const { apiGroups, resources, verbs } of rules)
    for (const group of apiGroups)
      for (const resource of resources) {
        const key = `${group} ${resource}`;
        verbsOf.set(key, new Set([...(verbsOf.get(key) ?? []), ...verbs]));
      }
  const alike = Map.groupBy(
    [...verbsOf].sort(),
    ([key, verbs]) => `${key.split(" ")[0]} ${[...verbs].sort().join(",")}`,
  );
  return [...alike.values()].map((some) => ({
    apiGroups: [some[0]?.[0].split(" ")[0] ?? ""],
    resources: some.map(([key]) => key.split(" ")[1] ?? ""),
    verbs: [...(some[0]?.[1] ?? [])].sort(),
  }));
}

const labels = { "app.kubernetes.io/managed-by": "countersign-rbac" };

function clusterRole(name: string, rules: readonly Rule[]): JsonObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name, labels },
    rules: rules.map((rule) => ({ ...rule })),
  };
}

function clusterRoleBinding(name: string, role: string, subject: JsonObject): JsonObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name, labels },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
    subjects: [subject],
  };
}

function bindings(namespaces: readonly string[] | null, role: string, subject: JsonObject): readonly JsonObject[] {
  const binding = clusterRoleBinding(role, role, subject);
  if (namespaces === null) return [binding];
  return namespaces.map((namespace) => ({
    ...binding,
    kind: "RoleBinding",
    metadata: { name: role, namespace, labels },
  }));
}

function groupSubject(name: string): JsonObject {
  return { apiGroup: rbac, kind: "Group", name };
}

function subjectOf(bot: BotAccount): JsonObject {
  return bot.kind === "User"
    ? { apiGroup: rbac, kind: "User", name: bot.name }
    : { kind: "ServiceAccount", namespace: bot.namespace, name: bot.name };
}
