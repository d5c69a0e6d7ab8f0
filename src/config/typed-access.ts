// Raw catalogue of roles → typed.
import type { AccessConfig, Credential, RoleConfig } from "../core/access.ts";
import { asGroupName } from "../core/ids.ts";
import { readDuration } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import type { RightsRule } from "../core/rights.ts";
import { wordsOf } from "./raw.ts";
import type { RawAccess, RawAccessRule, RawRole } from "./raw-access.ts";

export const usualMaxFor = "4h";

/** The raw part must have passed the schema; what `accessProblems` finds may still be wrong in it. */
export function typedAccess(raw: RawAccess | undefined): AccessConfig {
  return {
    roles: (raw?.roles ?? []).map((role) => typedRole(role, raw?.maxFor ?? usualMaxFor)),
    namespace: raw?.namespace ?? "countersign-grants",
    admins: wordsOf(raw?.admins).map(asGroupName),
  };
}

function typedRole(raw: RawRole, maxFor: string): RoleConfig {
  const given = wordsOf(raw.credential) as readonly Credential[];
  return {
    name: raw.name,
    title: raw.title,
    bound: boundRole(raw),
    rules: raw.rules === undefined ? null : raw.rules.map(typedRule),
    scope: raw.scope ?? "namespace",
    credentials: given.length === 0 ? ["binding"] : given,
    maxForMs: durationMs(raw.maxFor ?? maxFor),
    allowStreams: raw.allowStreams ?? false,
  };
}

/** A role of rules stands in the cluster under a name of its own, so that nobody's ClusterRole is ever taken for it. */
function boundRole(raw: RawRole): RoleConfig["bound"] {
  if (raw.clusterRole !== undefined) return { kind: "ClusterRole", name: raw.clusterRole };
  if (raw.role !== undefined) return { kind: "Role", name: raw.role };
  return { kind: "ClusterRole", name: `countersign:grant:${raw.name}` };
}

export function typedRule(raw: RawAccessRule): RightsRule {
  return {
    apiGroups: wordsOf(raw.apiGroups),
    resources: wordsOf(raw.resources),
    verbs: wordsOf(raw.verbs),
    resourceNames: wordsOf(raw.resourceNames),
    nonResourceURLs: [],
  };
}

function durationMs(text: string): number {
  const read = readDuration(text);
  if (isRefusal(read)) throw new Error(`the schema let a wrong duration through: ${text}`);
  return read;
}
