// Rights as Kubernetes' RBAC writes them down: rules, what they come to one by one, and which of them open streams.
import { isJsonObject, type Json, type JsonObject, listAt } from "./json.ts";
import type { Access } from "./ports/clusters.ts";

/** One rule of a Role or ClusterRole, in the cluster's own words (rbac.authorization.k8s.io/v1, PolicyRule). */
export interface RightsRule {
  readonly apiGroups: readonly string[];
  /** With subresources as `pods/log`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Empty: any name. */
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** The rules of a role as the cluster serves it. */
export function rulesOf(role: JsonObject): readonly RightsRule[] {
  return listAt(role, "rules")
    .filter((rule) => isJsonObject(rule))
    .map((rule) => ({
      apiGroups: texts(listAt(rule, "apiGroups")),
      resources: texts(listAt(rule, "resources")),
      verbs: texts(listAt(rule, "verbs")),
      resourceNames: texts(listAt(rule, "resourceNames")),
      nonResourceURLs: texts(listAt(rule, "nonResourceURLs")),
    }));
}

/** As a role's `rules` are written; what is empty is left out. */
export function ruleJson(rule: RightsRule): JsonObject {
  return Object.fromEntries(Object.entries(rule).filter(([, values]) => values.length > 0));
}

/**
 * Each verb on each resource by itself, as a SubjectAccessReview asks for it; a wildcard stays one, and is only had by who has
 * the wildcard. URLs that are no resources are left out.
 */
export function accessesOf(rules: readonly RightsRule[], namespace: string | null): readonly Access[] {
  const seen = new Map<string, Access>();
  for (const rule of rules)
    for (const group of rule.apiGroups)
      for (const word of rule.resources)
        for (const verb of rule.verbs)
          for (const name of rule.resourceNames.length === 0 ? [undefined] : rule.resourceNames) {
            const access = accessOf({ verb, group, word, namespace, name });
            seen.set(JSON.stringify(access), access);
          }
  return [...seen.values()];
}

function accessOf(of: {
  readonly verb: string;
  readonly group: string;
  readonly word: string;
  readonly namespace: string | null;
  readonly name: string | undefined;
}): Access {
  const { verb, group, word, namespace, name } = of;
  const [resource = "", subresource] = word.split("/");
  return {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    namespace,
    ...(name === undefined ? {} : { name }),
  };
}

/** What of these keeps a connection open that outlives the token and the binding it was opened with (T23). */
const streams: readonly (readonly [group: string, resource: string])[] = [
  ["", "pods/exec"],
  ["", "pods/attach"],
  ["", "pods/portforward"],
  ["", "pods/proxy"],
  ["", "services/proxy"],
  ["", "nodes/proxy"],
];

/** The resources among the rules whose calls are open streams; a wildcard over resources holds them all. */
export function streamsIn(rules: readonly RightsRule[]): readonly string[] {
  return streams
    .filter(([group, resource]) =>
      rules.some(
        (rule) =>
          rule.verbs.some((verb) => verb === "*" || verb === "get" || verb === "create") &&
          rule.apiGroups.some((one) => one === "*" || one === group) &&
          rule.resources.some((one) => one === "*" || one === resource || one === `*/${resource.split("/")[1]}`),
      ),
    )
    .map(([, resource]) => resource);
}

/** The same rules, whatever the order of their words. */
export function sameRules(a: readonly RightsRule[], b: readonly RightsRule[]): boolean {
  return ordered(a) === ordered(b);
}

function ordered(rules: readonly RightsRule[]): string {
  const lines = rules.map((rule) => JSON.stringify(Object.values(sortedRule(rule)).map((list) => [...list].sort())));
  return lines.sort().join("\n");
}

function sortedRule({ apiGroups, resources, verbs, resourceNames, nonResourceURLs }: RightsRule): RightsRule {
  return { apiGroups, resources, verbs, resourceNames, nonResourceURLs };
}

function texts(list: readonly Json[]): readonly string[] {
  return list.filter((item): item is string => typeof item === "string");
}
