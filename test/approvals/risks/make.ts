// Planned changes of objects, for the fixtures of risk facts.
import { riskFactsOf } from "../../../src/approvals/risks.ts";
import { asClusterName } from "../../../src/core/ids.ts";
import { at, type JsonObject, textAt } from "../../../src/core/json.ts";
import type { PreviewedChange } from "../../../src/core/plan.ts";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A creation without `before`, a deletion without `after`, an update with both. */
export function change(before: Manifest | null, after: Manifest | null, path = "/x"): PreviewedChange {
  const shown = (after ?? before ?? { apiVersion: "v1", kind: "?" }) as unknown as JsonObject;
  const apiVersion = textAt(shown, "apiVersion");
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const kind = textAt(shown, "kind");
  const words = {
    resource: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    verbs: [],
    subresources: [],
  };
  const name = at(shown, "metadata", "name");
  return {
    kind: "object",
    object: {
      cluster: asClusterName("prod"),
      kind: { group: group ?? "", version: version ?? "", kind, namespaced: true, ...words },
      namespace: "shop",
      name: typeof name === "string" ? name : "it",
      uid: "u",
    },
    operation: before === null ? "create" : after === null ? "delete" : "update",
    call: { method: "PATCH", path, query: {}, contentType: "application/json", body: {}, guard: "create" },
    before: before as unknown as JsonObject | null,
    after: after as unknown as JsonObject | null,
  };
}

export function kindsOf(before: Manifest | null, after: Manifest | null, path?: string): readonly string[] {
  return [...new Set(riskFactsOf([change(before, after, path)]).map((fact) => fact.kind))].sort();
}

export const digest = `@sha256:${"a".repeat(64)}`;

/** A pod that the restricted level admits, as templates hold it. */
export function podSpec(pod: object = {}, container: object = {}, context: object = {}): object {
  const securityContext = {
    ...{ runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: { type: "RuntimeDefault" } },
    capabilities: { drop: ["ALL"] },
    ...context,
  };
  return { containers: [{ name: "app", image: `app${digest}`, securityContext, ...container }], ...pod };
}

export function pod(spec: object, annotations: object = {}): Manifest {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "it", annotations }, spec };
}

export function deployment(spec: object, more: object = {}, annotations: object = {}): Manifest {
  const template = { metadata: { annotations }, spec };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "it" },
    spec: { replicas: 2, template, ...more },
  };
}
