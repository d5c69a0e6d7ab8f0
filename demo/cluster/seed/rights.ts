// Rights in the sample cluster once people sign in: they read, an approval adds what its verb takes, and the bot acts as them.
import { catalogueManifests, grantedRoles } from "../../../src/access/manifests.ts";
import { verbs } from "../../../src/commands/index.ts";
import type { AccessConfig } from "../../../src/core/access.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { roleOf } from "../../../src/core/role.ts";
import { rbacObjects } from "../../../src/kubernetes/rbac.ts";
import { demoPeople } from "../../idp/people.ts";
import { clusterGroup, GUEST } from "../../sign-in/section.ts";
import type { JsonObject as Manifest } from "../json.ts";

/** Of the process that ends grants: neither the bot's nor anybody's else. */
export const DEMO_REAPER = "countersign-reaper";

const group = "rbac.authorization.k8s.io";
const READ = ["get", "list", "watch"];

interface Bound {
  readonly name: string;
  readonly rules: readonly JsonObject[];
  readonly subject: { readonly kind: "User" | "Group"; readonly name: string };
  /** Everywhere when left out. */
  readonly namespaces?: readonly string[];
}

function bound({ name, rules, subject, namespaces }: Bound): readonly JsonObject[] {
  const shared = {
    apiVersion: `${group}/v1`,
    roleRef: { apiGroup: group, kind: "ClusterRole", name },
    subjects: [{ apiGroup: group, ...subject }],
  };
  return [
    { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name }, rules: [...rules] },
    ...(namespaces === undefined
      ? [{ ...shared, kind: "ClusterRoleBinding", metadata: { name } }]
      : namespaces.map((namespace) => ({ ...shared, kind: "RoleBinding", metadata: { name, namespace } }))),
  ];
}

/** Everything is read by every engineer, but what `data` runs: its pods and their logs hold what customers wrote. */
function people(): readonly JsonObject[] {
  const engineers = { kind: "Group", name: clusterGroup("engineers") } as const;
  const overview = [
    {
      apiGroups: [""],
      resources: ["namespaces", "nodes", "services", "events", "serviceaccounts", "persistentvolumes"],
      verbs: READ,
    },
    { apiGroups: ["apps", "batch", "autoscaling", "policy", "networking.k8s.io"], resources: ["*"], verbs: READ },
    { apiGroups: [group, "apiextensions.k8s.io", "storage.k8s.io"], resources: ["*"], verbs: READ },
    { apiGroups: ["metrics.k8s.io"], resources: ["nodes"], verbs: READ },
  ];
  const whole = [{ apiGroups: ["*"], resources: ["*"], verbs: READ }];
  return [
    ...bound({ name: "acme:overview", rules: overview, subject: engineers }),
    ...bound({ name: "acme:reader", rules: whole, subject: engineers, namespaces: ["default", "shop", "monitoring"] }),
  ];
}

const written = ["", "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "apiextensions.k8s.io"];

/** What `countersign rbac` prints, for the demo's people. */
function printed(bot: string, access: AccessConfig): readonly JsonObject[] {
  const objects = rbacObjects({
    bot: { kind: "User", name: bot },
    verbs: [...verbs.values()].map(({ name, access }) => ({ role: roleOf(name), access: access ?? [] })),
    listed: written.map((one) => ({ group: one, resource: "*" })),
    namespaces: null,
    standing: false,
    groups: ["engineers", "platform", "payments-leads", "security"].map(clusterGroup),
    users: [...demoPeople.map(({ userName }) => `acme:${userName}`), GUEST],
    hasUid: false,
    extraKeys: [],
    granted: grantedRoles(access),
    constrained: true,
  });
  return [...catalogueManifests(access), ...objects];
}

/** As `deploy/reaper.yaml` has it. */
function reaper(accounts: string): readonly JsonObject[] {
  const subject = { kind: "User", name: DEMO_REAPER } as const;
  const bindings = [
    { apiGroups: [group], resources: ["rolebindings", "clusterrolebindings"], verbs: ["list", "delete"] },
  ];
  const inOne = [
    { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["list", "delete"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["delete"] },
  ];
  return [
    ...bound({ name: DEMO_REAPER, rules: bindings, subject }),
    ...bound({ name: `${DEMO_REAPER}:accounts`, rules: inOne, subject, namespaces: [accounts] }),
  ];
}

/** For `objects.put`, at each start: in place of the rights that a bot has which is everybody itself. */
export function signInRights(bot: string, access: AccessConfig): readonly Manifest[] {
  // A copy by way of text, since the cluster keeps what it is given and changes it.
  return [...people(), ...printed(bot, access), ...reaper(access.namespace)].map(
    (object) => JSON.parse(JSON.stringify(object)) as Manifest,
  );
}
