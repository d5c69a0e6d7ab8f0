// The RBAC objects that a cluster needs: the bot's own rights, and those that an approval gives.
import type { AccessRule } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import { approvedGroup } from "../core/role.ts";
import {
  clusterRole,
  clusterRoleBinding,
  groupSubject,
  namespaceObject,
  type Placed,
  type Places,
  placedObjects,
  type Rule,
  rbac,
} from "./rbac-objects.ts";

export type BotAccount =
  | { readonly kind: "ServiceAccount"; readonly namespace: string; readonly name: string }
  | { readonly kind: "User"; readonly name: string };

export interface ListedKind {
  readonly group: string;
  readonly resource: string;
}

export interface Granted {
  /** ClusterRoles and Roles that may be bound in a namespace. */
  readonly clusterRoles: readonly string[];
  readonly roles: readonly string[];
  /** ClusterRoles that may be bound on the whole cluster. */
  readonly wide: readonly string[];
  /** The namespace of the accounts; null where no role is given by token. */
  readonly accounts: string | null;
}

export interface RbacInput {
  readonly bot: BotAccount;
  /** Change verbs by role, with what their calls take; verbs that write to no cluster are left out by their emptiness. */
  readonly verbs: readonly { readonly role: string; readonly access: readonly AccessRule[] }[];
  /** What `apply` and `delete` may work on. */
  readonly listed: readonly ListedKind[];
  /** What the catalogue gives, by name; without any, nothing can be granted. */
  readonly granted: Granted;
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

const authentication = "authentication.k8s.io";
const onBehalf = "impersonate-on:user-info:";
const reads: readonly string[] = ["get", "list", "watch"];

/** Pure: the same input gives the same objects, in the order in which they can be applied. */
export function rbacObjects(input: RbacInput): readonly JsonObject[] {
  const roles = input.verbs
    .map(({ role, access }) => ({ name: approvedGroup(role), rules: writeRules(access, input) }))
    .filter(({ rules }) => [...rules.namespaces, ...rules.accounts, ...rules.cluster].length > 0);
  const places: Places = { namespaces: input.namespaces, accounts: input.granted.accounts };
  const names = roles.map(({ name }) => name);
  const bot = subjectOf(input.bot);
  const toBot = { places, subject: bot };
  const shown = bindRules(everyRole(input), ["get"]);
  return [
    ...(places.accounts === null ? [] : [namespaceObject(places.accounts)]),
    clusterRole("countersign", [...cacheRules, ...impersonationRules(input, names)]),
    clusterRoleBinding("countersign", "countersign", bot),
    ...(input.constrained ? placedObjects("countersign:acts", actRules(roles), toBot) : []),
    ...(shown.length === 0
      ? []
      : [
          clusterRole("countersign:catalogue", shown),
          clusterRoleBinding("countersign:catalogue", "countersign:catalogue", groupSubject("system:authenticated")),
        ]),
    ...placedObjects("countersign:ends", endRules(input), toBot),
    ...(input.standing ? [] : roles).flatMap(({ name, rules }) =>
      placedObjects(name, rules, { places, subject: groupSubject(name) }),
    ),
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

/** Whoever asks for a grant reads what the role holds now, as themselves; each card shows the same to everybody. */
function everyRole({ granted }: RbacInput): Pick<Granted, "clusterRoles" | "roles"> {
  return { clusterRoles: [...new Set([...granted.clusterRoles, ...granted.wide])], roles: granted.roles };
}

/** What the bot does in its own name: it ends what was granted, also for people who are gone. */
function endRules({ granted }: RbacInput): Placed {
  const verbs = ["get", "delete"];
  const one = (group: string, resources: readonly string[]): readonly Rule[] => [
    { apiGroups: [group], resources, verbs },
  ];
  const isInNamespaces = granted.clusterRoles.length + granted.roles.length > 0;
  return {
    namespaces: isInNamespaces ? one(rbac, ["rolebindings"]) : [],
    accounts: granted.accounts === null ? [] : one("", ["serviceaccounts", "secrets"]),
    cluster: granted.wide.length === 0 ? [] : one(rbac, ["clusterrolebindings"]),
  };
}

/** Binding a role is a right and no call; reads are in the bot's own role. */
function actRules(roles: readonly { readonly rules: Placed }[]): Placed {
  const acts = (of: (rules: Placed) => readonly Rule[]): readonly Rule[] => {
    const called = roles.flatMap(({ rules }) => of(rules)).filter(({ verbs }) => !verbs.includes("bind"));
    const writes = called.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => !reads.includes(verb)) }));
    return merged(writes).map((rule) => ({ ...rule, verbs: rule.verbs.map((verb) => onBehalf + verb) }));
  };
  return {
    namespaces: acts(({ namespaces }) => namespaces),
    accounts: acts(({ accounts }) => accounts),
    cluster: acts(({ cluster }) => cluster),
  };
}

type PlainRule = Exclude<AccessRule, { granted: true } | { listed: true }>;

function writeRules(access: readonly AccessRule[], { listed, granted }: RbacInput): Placed {
  const bound = access.flatMap((rule) => ("granted" in rule ? rule.verbs : []));
  const isEmpty = granted.clusterRoles.length + granted.roles.length + granted.wide.length === 0;
  if (bound.length > 0 && isEmpty) return { namespaces: [], accounts: [], cluster: [] };
  const ofListed = access.flatMap((rule) => ("listed" in rule ? listed.map((kind) => ruleOf(kind, rule.verbs)) : []));
  const at = (place: PlainRule["in"]): readonly Rule[] =>
    access.flatMap((rule) => ("listed" in rule || "granted" in rule || rule.in !== place ? [] : [plainRule(rule)]));
  return {
    namespaces: [...merged([...at(undefined), ...ofListed]), ...bindRules(granted, bound)],
    accounts: granted.accounts === null ? [] : merged(at("accounts")),
    cluster:
      granted.wide.length === 0
        ? []
        : [...merged(at("cluster")), ...bindRules({ clusterRoles: granted.wide, roles: [] }, bound)],
  };
}

function plainRule({ group, resource, subresource, verbs }: PlainRule): Rule {
  return ruleOf({ group, resource: subresource === undefined ? resource : `${resource}/${subresource}` }, verbs);
}

function ruleOf({ group, resource }: ListedKind, verbs: readonly string[]): Rule {
  return { apiGroups: [group], resources: [resource], verbs };
}

/** To RBAC an empty list of names means every name. */
function bindRules(
  { clusterRoles, roles }: Pick<Granted, "clusterRoles" | "roles">,
  verbs: readonly string[],
): readonly Rule[] {
  if (verbs.length === 0) return [];
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

function subjectOf(bot: BotAccount): JsonObject {
  return bot.kind === "User"
    ? { apiGroup: rbac, kind: "User", name: bot.name }
    : { kind: "ServiceAccount", namespace: bot.namespace, name: bot.name };
}
