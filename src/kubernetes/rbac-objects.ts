// RBAC objects as data: roles and bindings, each where its rules are to hold and nowhere else.
import type { JsonObject } from "../core/json.ts";

export const rbac = "rbac.authorization.k8s.io";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Rules by where they hold: in the namespaces of approvals, where grants' accounts stand, on the whole cluster. */
export interface Placed {
  readonly namespaces: readonly Rule[];
  readonly accounts: readonly Rule[];
  readonly cluster: readonly Rule[];
}

export interface Places {
  /** null: everywhere. */
  readonly namespaces: readonly string[] | null;
  /** null: there are none. */
  readonly accounts: string | null;
}

const labels = { "app.kubernetes.io/managed-by": "countersign-rbac" };
const api = { apiVersion: `${rbac}/v1` };

/** The roles and their bindings; nothing where there are no rules. */
export function placedObjects(
  name: string,
  rules: Placed,
  to: { readonly places: Places; readonly subject: JsonObject },
): readonly JsonObject[] {
  const { places, subject } = to;
  const objects: JsonObject[] = [];
  if (rules.namespaces.length > 0)
    objects.push(clusterRole(name, rules.namespaces), ...bindings(places.namespaces, name, subject));
  if (rules.accounts.length > 0 && places.accounts !== null) {
    const metadata = { name: `${name}:accounts`, namespace: places.accounts, labels };
    objects.push(
      { ...api, kind: "Role", metadata, rules: plain(rules.accounts) },
      { ...api, kind: "RoleBinding", metadata, ...bound("Role", metadata.name, subject) },
    );
  }
  const wide = `${name}:cluster`;
  if (rules.cluster.length > 0) objects.push(clusterRole(wide, rules.cluster), clusterRoleBinding(wide, wide, subject));
  return objects;
}

export function clusterRole(name: string, rules: readonly Rule[]): JsonObject {
  return { ...api, kind: "ClusterRole", metadata: { name, labels }, rules: plain(rules) };
}

export function clusterRoleBinding(name: string, role: string, subject: JsonObject): JsonObject {
  return { ...api, kind: "ClusterRoleBinding", metadata: { name, labels }, ...bound("ClusterRole", role, subject) };
}

export function namespaceObject(name: string): JsonObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

function bindings(namespaces: readonly string[] | null, role: string, subject: JsonObject): readonly JsonObject[] {
  if (namespaces === null) return [clusterRoleBinding(role, role, subject)];
  return namespaces.map((namespace) => ({
    ...api,
    kind: "RoleBinding",
    metadata: { name: role, namespace, labels },
    ...bound("ClusterRole", role, subject),
  }));
}

function bound(kind: "ClusterRole" | "Role", name: string, subject: JsonObject): JsonObject {
  return { roleRef: { apiGroup: rbac, kind, name }, subjects: [subject] };
}

function plain(rules: readonly Rule[]): readonly JsonObject[] {
  return rules.map((rule) => ({ ...rule }));
}

export function groupSubject(name: string): JsonObject {
  return { apiGroup: rbac, kind: "Group", name };
}
