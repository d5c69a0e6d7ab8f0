// Raw catalogue of roles → typed.
import type { AccessConfig, Credential, RoleConfig } from "../core/access.ts";
import { type AccessTargetConfig, membershipOf } from "../core/access-targets.ts";
import { asGroupName } from "../core/ids.ts";
import { readDuration } from "../core/params.ts";
import { isRefusal } from "../core/refusal.ts";
import type { RightsRule } from "../core/rights.ts";
import { wordsOf } from "./raw.ts";
import type { RawAccess, RawAccessRule, RawRole } from "./raw-access.ts";
import { typedTargets } from "./typed-access-targets.ts";

export const usualMaxFor = "4h";

/** The raw part must have passed the schema; what `accessProblems` finds may still be wrong in it. */
export function typedAccess(raw: RawAccess | undefined): AccessConfig {
  const targets = typedTargets(raw?.targets);
  return {
    roles: (raw?.roles ?? []).map((role) => typedRole(role, { maxFor: raw?.maxFor ?? usualMaxFor, targets })),
    targets,
    namespace: raw?.namespace ?? "countersign-grants",
    admins: wordsOf(raw?.admins).map(asGroupName),
  };
}

interface Around {
  readonly maxFor: string;
  readonly targets: readonly AccessTargetConfig[];
}

function typedRole(raw: RawRole, { maxFor, targets }: Around): RoleConfig {
  const given = wordsOf(raw.credential) as readonly Credential[];
  const target = targets.find(({ name }) => name === raw.on);
  return {
    name: raw.name,
    title: raw.title,
    bound: target === undefined ? boundRole(raw) : membershipIn(target, raw.name),
    rules: raw.rules === undefined ? null : raw.rules.map(typedRule),
    scope: raw.scope ?? "namespace",
    credentials: target !== undefined ? ["membership"] : given.length === 0 ? ["binding"] : given,
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

/** A role that its target does not map is a problem that is told with all others. */
function membershipIn(target: AccessTargetConfig, role: string): RoleConfig["bound"] {
  return { kind: "membership", target: target.name, name: membershipOf(target, role) ?? "" };
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
