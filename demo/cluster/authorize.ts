// Who may do what: RBAC over the stored roles and bindings, as plugin/pkg/auth/authorizer/rbac does.
import type { User } from "./authenticate.ts";
import { asList, asObjects, asString, at, type JsonObject } from "./json.ts";
import type { KubeObject } from "./object.ts";
import type { Storage } from "./storage.ts";

export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const RBAC = "rbac.authorization.k8s.io";

/** Every authenticated user may look at discovery and ask about itself, as system:discovery and system:basic-user say. */
const DISCOVERY_PATH = /^\/(api|apis|openapi)(\/|$)/;
const PUBLIC_PATH = /^\/(version|healthz|livez|readyz)(\/|$)/;
const OPEN_RESOURCES = new Set([
  "authorization.k8s.io/selfsubjectaccessreviews",
  "authorization.k8s.io/selfsubjectrulesreviews",
  "authentication.k8s.io/selfsubjectreviews",
]);

export class Authorizer {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  allows(user: User, asked: Asked): boolean {
    return this.reason(user, asked) !== undefined;
  }

  /** Why it is allowed, in the server's words; undefined when it is not. */
  reason(user: User, asked: Asked): string | undefined {
    if (user.groups.includes("system:masters")) return "";
    if (
      OPEN_RESOURCES.has(`${asked.group}/${asked.resource}`) &&
      asked.verb === "create" &&
      user.groups.includes("system:authenticated")
    )
      return 'RBAC: allowed by ClusterRoleBinding "system:basic-user" of ClusterRole "system:basic-user" to Group "system:authenticated"';
    for (const { binding, rules, subject } of this.#granted(user, asked.namespace))
      if (rules.some((rule) => covers(rule, asked))) return reasonText(binding, subject);
    return undefined;
  }

  allowsPath(user: User, verb: string, path: string): boolean {
    if (user.groups.includes("system:masters")) return true;
    if (verb === "get" && PUBLIC_PATH.test(path)) return true;
    if (verb === "get" && DISCOVERY_PATH.test(path) && user.groups.includes("system:authenticated")) return true;
    return this.#granted(user, "").some(({ rules }) => rules.some((rule) => coversPath(rule, verb, path)));
  }

  /** The rules that hold for the user in the namespace. */
  rulesOf(user: User, namespace: string): readonly JsonObject[] {
    if (user.groups.includes("system:masters")) return [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }];
    return this.#granted(user, namespace).flatMap(({ rules }) => rules);
  }

  /** `User "alice" cannot patch resource "deployments" in API group "apps" in the namespace "shop"` */
  refusalText(user: User, asked: Asked): string {
    const resource = asked.subresource === "" ? asked.resource : `${asked.resource}/${asked.subresource}`;
    const where = asked.namespace === "" ? "at the cluster scope" : `in the namespace "${asked.namespace}"`;
    return `User "${user.name}" cannot ${asked.verb} resource "${resource}" in API group "${asked.group}" ${where}`;
  }

  #granted(
    user: User,
    namespace: string,
  ): readonly { binding: KubeObject; rules: readonly JsonObject[]; subject: JsonObject }[] {
    const bindings = [
      ...this.#storage.list(`${RBAC}/clusterrolebindings`),
      ...(namespace === "" ? [] : this.#storage.list(`${RBAC}/rolebindings`, namespace)),
    ];
    return bindings.flatMap((binding) => {
      const subject = asObjects(binding.subjects).find((one) => isSubject(one, user, binding.metadata.namespace ?? ""));
      return subject === undefined ? [] : [{ binding, rules: this.#rulesOf(binding), subject }];
    });
  }

  #rulesOf(binding: KubeObject): readonly JsonObject[] {
    const name = asString(at(binding, "roleRef", "name"));
    const isCluster = at(binding, "roleRef", "kind") === "ClusterRole";
    const role = isCluster
      ? this.#storage.get(`${RBAC}/clusterroles`, { namespace: "", name })
      : this.#storage.get(`${RBAC}/roles`, { namespace: binding.metadata.namespace ?? "", name });
    return asObjects(role?.rules);
  }
}

function isSubject(subject: JsonObject, user: User, bindingNamespace: string): boolean {
  const name = asString(subject.name);
  switch (subject.kind) {
    case "User":
      return user.name === name;
    case "Group":
      return user.groups.includes(name);
    case "ServiceAccount":
      return user.name === `system:serviceaccount:${asString(subject.namespace, bindingNamespace)}:${name}`;
    default:
      return false;
  }
}

const has = (rule: JsonObject, list: string, ...wanted: readonly string[]): boolean =>
  asList(rule[list]).some((one) => one === "*" || wanted.includes(asString(one)));

function covers(rule: JsonObject, asked: Asked): boolean {
  const resource = asked.subresource === "" ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const resources = asked.subresource === "" ? [resource] : [resource, `*/${asked.subresource}`];
  const names = asList(rule.resourceNames);
  return (
    has(rule, "verbs", asked.verb) &&
    has(rule, "apiGroups", asked.group) &&
    has(rule, "resources", ...resources) &&
    (names.length === 0 || (asked.name !== "" && names.includes(asked.name)))
  );
}

function coversPath(rule: JsonObject, verb: string, path: string): boolean {
  if (!has(rule, "verbs", verb)) return false;
  return asList(rule.nonResourceURLs).some((one) => {
    const url = asString(one);
    return url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)));
  });
}

function reasonText(binding: KubeObject, subject: JsonObject): string {
  const where =
    binding.metadata.namespace === undefined
      ? binding.metadata.name
      : `${binding.metadata.name}/${binding.metadata.namespace}`;
  const role = `${asString(at(binding, "roleRef", "kind"))} "${asString(at(binding, "roleRef", "name"))}"`;
  return `RBAC: allowed by ${binding.kind} "${where}" of ${role} to ${asString(subject.kind)} "${asString(subject.name)}"`;
}
