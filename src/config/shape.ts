// What the schema cannot say: one of several keys, moments that exist, names that are given once and known.

import { impersonationProblems } from "./impersonation.ts";
import type { Path, Problem } from "./problem.ts";
import type { RawConfig, RawFreeze, RawNeed, RawRule } from "./raw.ts";
import { suggestion } from "./suggestion.ts";

/** Problems of a configuration that has passed the schema. */
export function shapeProblems(raw: RawConfig): readonly Problem[] {
  const clusters = raw.clusters.map((cluster) => cluster.name);
  return [
    ...raw.policy.rules.flatMap((rule, index) => ruleProblems(rule, ["policy", "rules", index])),
    ...(raw.policy.freezes ?? []).flatMap((freeze, index) => freezeProblems(freeze, ["policy", "freezes", index])),
    ...twice(raw.clusters, ["clusters"], "cluster"),
    ...twice(raw.groups ?? [], ["groups"], "group"),
    ...clusterProblems(raw),
    ...impersonationProblems(raw.clusters, { hasSignIn: "identity" in raw }),
    ...groupProblems(raw),
    ...(raw.channels.defaults ?? []).flatMap(({ cluster }, index) =>
      cluster === undefined || clusters.includes(cluster)
        ? []
        : [unknown(["channels", "defaults", index, "cluster"], "cluster", cluster, clusters)],
    ),
  ];
}

export function unknown(path: Path, what: string, given: string, known: readonly string[]): Problem {
  return { path, says: `There is no ${what} “${given}”; ${suggestion(given, known)}`, came: given };
}

function ruleProblems(rule: RawRule, path: Path): readonly Problem[] {
  const effects = (["allow", "deny", "approvals"] as const).filter((key) => rule[key] !== undefined);
  const needs = rule.approvals === undefined ? [] : needProblems(rule.approvals, [...path, "approvals"]);
  if (effects.length === 1) return needs;
  return [...needs, exactlyOne(path, `Rule “${rule.name}”`, ["allow", "deny", "approvals"], effects)];
}

function needProblems(need: RawNeed, path: Path): readonly Problem[] {
  const given = (["count", "all", "any"] as const).filter((key) => need[key] !== undefined);
  const problems: Problem[] = [];
  if (given.length !== 1) problems.push(exactlyOne(path, "A needed approval", ["count", "all", "any"], given));
  if (need.from !== undefined && need.count === undefined)
    problems.push({ path: [...path, "from"], says: "“from” says who, but “count” is missing: write how many." });
  for (const key of ["all", "any"] as const)
    problems.push(...(need[key] ?? []).flatMap((part, index) => needProblems(part, [...path, key, index])));
  return problems;
}

function exactlyOne(path: Path, what: string, keys: readonly string[], given: readonly string[]): Problem {
  const came = given.length === 0 ? "none" : given.join(" and ");
  return { path, says: `${what} needs exactly one of ${keys.join(", ")}; it has ${came}.`, came };
}

function freezeProblems(freeze: RawFreeze, path: Path): readonly Problem[] {
  const given = (["between", "weekly"] as const).filter((key) => freeze[key] !== undefined);
  const problems: Problem[] = [];
  if (given.length !== 1) problems.push(exactlyOne(path, `Freeze “${freeze.name}”`, ["between", "weekly"], given));
  const { between, weekly } = freeze;
  for (const end of ["from", "until"] as const) {
    const moment = between?.[end];
    if (moment !== undefined && !isMoment(moment))
      problems.push({
        path: [...path, "between", end],
        says: `“${moment}” is not a moment that exists.`,
        came: moment,
      });
  }
  if (between !== undefined && Date.parse(between.from) >= Date.parse(between.until))
    problems.push({ path: [...path, "between"], says: "It ends before it begins." });
  if (weekly !== undefined && weekly.from === weekly.until)
    problems.push({ path: [...path, "weekly"], says: "It ends when it begins; for whole days write 00:00 to 24:00." });
  return problems;
}

/** The 31st of February is parsed as a day of March: what comes back must be what was written. */
function isMoment(text: string): boolean {
  const day = text.slice(0, 10);
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

function twice(items: readonly { readonly name: string }[], path: Path, what: string): readonly Problem[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      { path: [...path, index, "name"], says: `There are two ${what}s “${name}”; give one another name.`, came: name },
    ];
  });
}

function clusterProblems({ clusters }: RawConfig): readonly Problem[] {
  const problems: Problem[] = [];
  const defaults = clusters.flatMap((cluster, index) => (cluster.default === true ? [index] : []));
  for (const index of defaults.slice(1))
    problems.push({ path: ["clusters", index, "default"], says: "Only one cluster can be the default." });
  clusters.forEach((cluster, index) => {
    if (cluster.inCluster === true && (cluster.kubeconfig !== undefined || cluster.context !== undefined))
      problems.push({
        path: ["clusters", index],
        says: "A cluster is reached by inCluster or by a kubeconfig, not by both.",
      });
  });
  return problems;
}

function groupProblems({ groups }: RawConfig): readonly Problem[] {
  return (groups ?? []).flatMap((group, index) =>
    (group.members ?? []).length === 0 && group.slackUserGroup === undefined
      ? [{ path: ["groups", index], says: `Group “${group.name}” has no members and no slackUserGroup.` }]
      : [],
  );
}
