// What people are called in clusters: typed, and what the schema cannot say of it.
import type { ImpersonationConfig } from "../core/config.ts";
import { approvedPrefix } from "../core/role.ts";
import type { Problem } from "./problem.ts";
import { type RawCluster, type RawImpersonation, wordsOf } from "./raw.ts";

export function typedImpersonation(raw: RawImpersonation): ImpersonationConfig {
  const { user, groups, uid, extra, unlinked } = raw;
  return {
    user,
    groups:
      groups === undefined
        ? null
        : { from: groups.from, prefix: groups.prefix, only: groups.only === undefined ? null : wordsOf(groups.only) },
    uidClaim: uid ?? null,
    extra: extra ?? {},
    unlinked: unlinked === undefined ? null : { user: unlinked.user, groups: wordsOf(unlinked.groups) },
  };
}

/** Once people sign in, no cluster may be left in which all of them are the bot. */
export function impersonationProblems(
  clusters: readonly RawCluster[],
  { hasSignIn }: { readonly hasSignIn: boolean },
): readonly Problem[] {
  return clusters.flatMap(({ name, impersonation }, index) => {
    const path = ["clusters", index];
    if (impersonation !== undefined) return mappingProblems(impersonation, [...path, "impersonation"]);
    if (!hasSignIn) return [];
    const says = `Cluster “${name}” has no “impersonation”: with a sign-in (identity), every call is made as the person who asks. Say what people are called there.`;
    return [{ path, says }];
  });
}

function mappingProblems(raw: RawImpersonation, path: readonly (string | number)[]): readonly Problem[] {
  const given: readonly (readonly [string, string, string])[] = [
    ["user", "prefix", raw.user.prefix],
    ["groups", "prefix", raw.groups?.prefix ?? ""],
    ["unlinked", "user", raw.unlinked?.user ?? ""],
    ...wordsOf(raw.unlinked?.groups).map((group) => ["unlinked", "groups", group] as const),
  ];
  const problems: Problem[] = [];
  for (const [part, key, value] of given) {
    if (value.startsWith("system:") || value.startsWith(approvedPrefix))
      problems.push({
        path: [...path, part, key],
        says: `“${value}” is not possible here: system: names are the cluster's own, ${approvedPrefix} is for approvals.`,
        came: value,
      });
  }
  for (const key of Object.keys(raw.extra ?? {}))
    if (!/^[a-z0-9][a-z0-9._/-]{0,200}$/.test(key) || key === "countersign.dev/request")
      problems.push({
        path: [...path, "extra", key],
        says: `“${key}” is not possible as an extra key: lower-case letters, digits and . _ / - make one, and countersign.dev/request is the bot's.`,
        came: key,
      });
  return problems;
}
