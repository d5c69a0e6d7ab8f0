// What the schema cannot say of the catalogue of roles: roles that could never be granted, or would not end in time.
import { credentials, leastGrantMs, leastTokenMs } from "../core/access.ts";
import { streamsIn } from "../core/rights.ts";
import type { Path, Problem } from "./problem.ts";
import { wordsOf } from "./raw.ts";
import type { RawAccess, RawRole } from "./raw-access.ts";
import type { RawAccessTarget } from "./raw-access-targets.ts";
import { elsewhereProblems, targetProblems } from "./shape-access-targets.ts";
import { suggestion } from "./suggestion.ts";
import { typedAccess, typedRule } from "./typed-access.ts";

/** `groups` are the names of the policy's groups. */
export function accessProblems(
  raw: RawAccess | undefined,
  { groups, hasSignIn }: { readonly groups: readonly string[]; readonly hasSignIn: boolean },
): readonly Problem[] {
  const roles = raw?.roles ?? [];
  const targets = raw?.targets ?? [];
  const names = roles.map((role) => role.name);
  const admins = wordsOf(raw?.admins).filter((group) => !groups.includes(group));
  return [
    ...roles.flatMap((role, index) => roleProblems(role, targets, ["access", "roles", index])),
    ...targetProblems(raw ?? {}, { hasSignIn }),
    ...roles.flatMap((role, index) =>
      names.indexOf(role.name) === index
        ? []
        : [problem(["access", "roles", index, "name"], `There are two roles “${role.name}”; rename one.`, role.name)],
    ),
    ...typedAccess(raw).roles.flatMap((role, index) => timeProblems(role, roles[index]?.maxFor, index)),
    ...admins.map((group) =>
      problem(["access", "admins"], `There is no group “${group}”; ${suggestion(group, groups)}`, group),
    ),
  ];
}

function problem(path: Path, says: string, came = ""): Problem {
  return { path, says, came };
}

function timeProblems(
  role: ReturnType<typeof typedAccess>["roles"][number],
  own: string | undefined,
  index: number,
): readonly Problem[] {
  const path = own === undefined ? ["access", "maxFor"] : ["access", "roles", index, "maxFor"];
  if (role.maxForMs < leastGrantMs)
    return [problem(path, `Role “${role.name}” could be held for less than a minute; nothing ends as quickly.`, own)];
  if (!role.credentials.includes("token") || role.maxForMs >= leastTokenMs) return [];
  return [problem(path, `Role “${role.name}” is given by token, and the API server makes none under 10 minutes.`, own)];
}

function roleProblems(role: RawRole, targets: readonly RawAccessTarget[], path: Path): readonly Problem[] {
  const systems = ["kubernetes", ...targets.map(({ name }) => name)];
  if (role.on !== undefined && !systems.includes(role.on))
    return [problem([...path, "on"], `There is no system “${role.on}”; ${suggestion(role.on, systems)}`, role.on)];
  const isOfClusters = role.on === undefined || role.on === "kubernetes";
  return isOfClusters ? clusterRoleProblems(role, path) : elsewhereProblems(role, targets, path);
}

function clusterRoleProblems(role: RawRole, path: Path): readonly Problem[] {
  const kinds = (["clusterRole", "role", "rules"] as const).filter((key) => role[key] !== undefined);
  const problems: Problem[] = [];
  if (kinds.length !== 1) {
    const came = kinds.length === 0 ? "none" : kinds.join(" and ");
    problems.push(problem(path, `Role “${role.name}” needs exactly one of clusterRole, role, rules; it has ${came}.`));
  }
  if (role.role !== undefined && role.scope === "cluster")
    problems.push(problem([...path, "scope"], "A Role belongs to one namespace; a whole cluster needs a clusterRole."));
  for (const key of ["clusterRole", "role"] as const)
    if (role[key]?.startsWith("system:") === true)
      problems.push(
        problem(
          [...path, key],
          `“${role[key]}” is one of the cluster's own roles, which are never granted.`,
          role[key],
        ),
      );
  for (const word of wordsOf(role.credential))
    if (!credentials.some((known) => known === word))
      problems.push(
        problem([...path, "credential"], `There is no credential “${word}”; there is ${credentials.join(", ")}.`, word),
      );
  return [...problems, ...ruleProblems(role, path)];
}

function ruleProblems(role: RawRole, path: Path): readonly Problem[] {
  if (role.rules === undefined) return [];
  if (role.rules.length === 0) return [problem([...path, "rules"], `Role “${role.name}” has no rules.`)];
  const wild = role.rules.flatMap((rule, index) =>
    (["apiGroups", "resources", "verbs"] as const)
      .filter((key) => wordsOf(rule[key]).some((word) => word.includes("*")))
      .map((key) =>
        problem([...path, "rules", index, key], "A wildcard also holds what is added later; name each.", "*"),
      ),
  );
  const streams = role.allowStreams === true ? [] : streamsIn(role.rules.map(typedRule));
  if (streams.length === 0 || wild.length > 0) return wild;
  const says = `Role “${role.name}” holds ${streams.join(", ")}, whose open streams outlive a grant; leave it out, or write allowStreams: true.`;
  return [problem([...path, "rules"], says)];
}
