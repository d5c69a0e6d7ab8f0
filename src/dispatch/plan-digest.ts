// What of a plan carries meaning: the content of its digest.
import { createHmac } from "node:crypto";
import type { PlannedAccess } from "../core/access.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { ObjectRef } from "../core/kube.ts";
import type { Goal, Invocation, PlannedChange, PreviewedChange } from "../core/plan.ts";
import { ruleJson } from "../core/rights.ts";
import type { RiskFact } from "../core/risk.ts";
import { fieldDifferences } from "../kubernetes/diff.ts";

export interface Meaning {
  readonly verb: string;
  readonly schema: number;
  readonly changes: readonly PlannedChange[];
  readonly goals: readonly Goal[];
  readonly risks: readonly RiskFact[];
  readonly followUp: Invocation | null;
  readonly notBefore?: number;
  readonly access?: PlannedAccess;
}

/** Cluster → what names it, by which a plan made for one cluster never means another of the same name. */
export type Identities = ReadonlyMap<string, string>;

/**
 * Covers the verb and its schema; per object its cluster with its identity, kind, namespace, name and uid, the exact call, and
 * every field that changes with its value before and after; the kinds of risk fact, and of fields that are taken over which and
 * whose; how it is verified; what follows; its planned start; of access that is given, to whom, for how long, and the role's
 * rules. Status, resourceVersion,
 * generation and fields that do not change are outside. Secret values enter as HMAC-SHA-256 under the request's key.
 */
export function planDigest(plan: Meaning, key: string, clusters: Identities): Digest {
  return digestOf({
    verb: plan.verb,
    schema: plan.schema,
    changes: plan.changes.map((change) => contentOf(change, { key, clusters })),
    goals: plan.goals.map((goal) => goalContent(goal, clusters)),
    risks: [...new Set(plan.risks.map(riskContent))].sort(),
    followUp: plan.followUp === null ? null : { verb: plan.followUp.verb, args: sealText(plan.followUp.args, key) },
    ...(plan.notBefore === undefined ? {} : { notBefore: plan.notBefore }),
    ...(plan.access === undefined ? {} : { access: accessContent(plan.access) }),
  });
}

/** What the person may do today is not part of it: that changes by itself, and what is given does not. */
function accessContent({ kind, grant, role, beneficiary, credential, lengthMs, rules }: PlannedAccess): JsonObject {
  const { userId } = beneficiary;
  return { kind, grant, role, userId, credential, lengthMs, rules: rules.map(ruleJson) };
}

/** Which fields are taken from whom is itself what is countersigned; of the others the words may change with the world. */
export function riskContent(risk: RiskFact): string {
  return risk.kind === "takes-fields" ? `${risk.kind}: ${risk.says}` : risk.kind;
}

function contentOf(change: PlannedChange, under: { readonly key: string; readonly clusters: Identities }): Json {
  switch (change.kind) {
    case "object":
      return changeContent(change, under);
    case "setting":
      return settingContent(change);
    case "membership":
      return { ...change, member: change.member.id };
  }
}

function settingContent(change: Extract<PlannedChange, { kind: "setting" }>): Json {
  const { kind, setting, before, after } = change;
  // Who halted and when is told by the record; the meaning is on or off.
  return setting === "halted"
    ? { kind, setting, before: before !== null, after: after !== null }
    : { kind, setting, before, after };
}

function goalContent(goal: Goal, clusters: Identities): Json {
  if (goal.kind === "setting") return { ...goal };
  if (goal.kind === "membership") return { ...goal, member: goal.member.id };
  const object = identity(goal.object, clusters);
  // The groups of a person are the IdP's, and may be others at the execution: whose access is looked at is meant.
  if (goal.kind === "access") return { kind: goal.kind, object, user: goal.subject.user };
  return { ...goal, object };
}

function changeContent(change: PreviewedChange, under: { readonly key: string; readonly clusters: Identities }): Json {
  const { call } = change;
  return {
    kind: "object",
    object: identity(change.object, under.clusters),
    operation: change.operation,
    call: {
      method: call.method,
      path: call.path,
      query: call.query,
      contentType: call.contentType,
      guard: call.guard,
      body: sealed(change, under.key),
    },
    fields: fieldDifferences(change.before, change.after).map((field) => ({
      path: field.path,
      before: field.before ?? null,
      after: field.after ?? null,
    })),
  };
}

function identity(object: ObjectRef, clusters: Identities): JsonObject {
  const clusterUid = clusters.get(object.cluster);
  if (clusterUid === undefined) throw new Error(`cluster ${object.cluster} of a plan has no identity`);
  const { group, version, kind } = object.kind;
  return {
    cluster: object.cluster,
    clusterUid,
    group,
    version,
    kind,
    namespace: object.namespace,
    name: object.name,
    uid: object.uid,
  };
}

export function holdsSecrets(change: PlannedChange): boolean {
  if (change.kind !== "object" || change.object.kind.kind !== "Secret" || change.object.kind.group !== "") return false;
  return isJsonObject(change.call.body) && ("data" in change.call.body || "stringData" in change.call.body);
}

function sealed(change: PreviewedChange, key: string): Json {
  const { body } = change.call;
  if (!holdsSecrets(change) || !isJsonObject(body)) return body;
  const seal = (values: Json | undefined): JsonObject => (isJsonObject(values) ? sealAll(values, key) : {});
  return { ...body, data: seal(body.data), stringData: seal(body.stringData) };
}

function sealAll(values: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sealOne(JSON.stringify(value), key)]));
}

function sealText(values: Readonly<Record<string, string>>, key: string): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sealOne(value, key)]));
}

function sealOne(value: string, key: string): string {
  return `hmac-sha256:${createHmac("sha256", key).update(value, "utf8").digest("hex")}`;
}
