// The sample cluster of the demo: its users, its trouble and everything it starts with.
import type { TokenUser } from "../authenticate.ts";
import type { JsonObject } from "../json.ts";
import type { ObjectAccess } from "../objects.ts";
import { seedPlatform } from "./platform.ts";
import { DEMO_REAPER } from "./rights.ts";
import { BROKEN_CHECKOUT, seedShop } from "./shop.ts";

export const DEMO_BROKEN_IMAGES: readonly string[] = [BROKEN_CHECKOUT];

/** The bot's own user: where nobody can sign in, every call is made with its rights. */
export const DEMO_BOT = "countersign";

export const demoTokens = (token: (user: string) => string): Readonly<Record<string, TokenUser>> => ({
  [token("admin")]: { user: "admin", groups: ["system:masters"] },
  [token(DEMO_BOT)]: { user: DEMO_BOT, groups: ["countersign:bots"] },
  [token(DEMO_REAPER)]: { user: DEMO_REAPER },
});

const RBAC = "rbac.authorization.k8s.io";

function bind(role: string, group: string, namespace: string): JsonObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name: `${group.replace(":", "-")}-${role}`, namespace },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: group }],
  };
}

/** Where nobody can sign in: the bot may do everything that its verbs take. */
export const botRights: readonly JsonObject[] = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRole",
    metadata: { name: "countersign" },
    rules: [
      { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] },
      {
        apiGroups: ["", "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "apiextensions.k8s.io"],
        resources: ["*"],
        verbs: ["create", "patch", "delete"],
      },
      // For access for a time: what an approved grant and its end take, on the whole.
      { apiGroups: [RBAC], resources: ["rolebindings", "clusterrolebindings"], verbs: ["create", "patch", "delete"] },
      { apiGroups: [RBAC], resources: ["clusterroles", "roles"], verbs: ["bind"] },
      { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "countersign" },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "countersign" },
    subjects: [{ apiGroup: RBAC, kind: "User", name: DEMO_BOT }],
  },
  ...["shop", "data", "monitoring"].flatMap((namespace) => [
    bind("view", "acme:everyone", namespace),
    bind("edit", "acme:operators", namespace),
  ]),
];

/** Handed to `startSampleCluster` as its seed. */
export function seedDemo(objects: ObjectAccess, nowMs: number): void {
  seedShop(objects, nowMs);
  seedPlatform(objects, nowMs);
  for (const manifest of botRights) objects.put(manifest);
}
