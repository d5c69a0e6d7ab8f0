// What the schema cannot say: one of several keys, moments that exist, names that are given once and known.

import { impersonationProblems } from "./impersonation.ts";
import { exactlyOne, isMoment } from "./moments.ts";
import { onCallProblems } from "./on-call.ts";
import type { Path, Problem } from "./problem.ts";
import { type RawConfig, type RawFreeze, type RawNeed, type RawRule, type RawWeekly, wordsOf } from "./raw.ts";
import type { RawCalendar, RawWhen } from "./raw-when.ts";
import { accessProblems } from "./shape-access.ts";
import { identityProblems, nestingProblems } from "./shape-identity.ts";
import { unknown } from "./suggestion.ts";

/** Problems of a configuration that has passed the schema. */
export function shapeProblems(raw: RawConfig): readonly Problem[] {
  const clusters = raw.clusters.map((cluster) => cluster.name);
  return [
    ...raw.policy.rules.flatMap((rule, index) => ruleProblems(rule, ["policy", "rules", index])),
    ...(raw.policy.freezes ?? []).flatMap((freeze, index) => freezeProblems(freeze, ["policy", "freezes", index])),
    ...(raw.policy.calendars ?? []).flatMap((calendar, index) =>
      calendarProblems(calendar, ["policy", "calendars", index]),
    ),
    ...breakGlassProblems(raw),
    ...twice(raw.clusters, ["clusters"], "cluster"),
    ...twice(raw.groups ?? [], ["groups"], "group"),
    ...clusterProblems(raw),
    ...impersonationProblems(raw.clusters, { hasSignIn: "identity" in raw }),
    ...groupProblems(raw),
    ...nestingProblems(raw),
    ...identityProblems(raw),
    ...onCallProblems(raw.onCall, raw.groups ?? [], raw.identity?.provider.issuer),
    ...accessProblems(raw.access, {
      groups: (raw.groups ?? []).map((group) => group.name),
      hasSignIn: "identity" in raw,
    }),
    ...(raw.channels.defaults ?? []).flatMap(({ cluster }, index) =>
      cluster === undefined || clusters.includes(cluster)
        ? []
        : [unknown(["channels", "defaults", index, "cluster"], "cluster", cluster, clusters)],
    ),
  ];
}

function ruleProblems(rule: RawRule, path: Path): readonly Problem[] {
  const effects = (["allow", "deny", "approvals"] as const).filter((key) => rule[key] !== undefined);
  const inside = [...path, "approvals"];
  const needs =
    rule.approvals === undefined
      ? []
      : [
          ...needProblems(rule.approvals, inside),
          ...(rule.approvals.hours ?? []).flatMap((hours, index) => weeklyProblems(hours, [...inside, "hours", index])),
        ];
  const problems = [...needs, ...whenProblems(rule.when, [...path, "when"])];
  if (effects.length === 1) return problems;
  return [...problems, exactlyOne(path, `Rule “${rule.name}”`, ["allow", "deny", "approvals"], effects)];
}

function needProblems(need: RawNeed, path: Path): readonly Problem[] {
  const kinds = ["count", "all", "any", "stages"] as const;
  const given = kinds.filter((key) => need[key] !== undefined);
  const problems: Problem[] = [];
  if (given.length !== 1) problems.push(exactlyOne(path, "A needed approval", kinds, given));
  if (need.from !== undefined && need.count === undefined)
    problems.push({ path: [...path, "from"], says: "“from” says who, but “count” is missing: write how many." });
  for (const key of ["all", "any", "stages"] as const)
    problems.push(...(need[key] ?? []).flatMap((part, index) => needProblems(part, [...path, key, index])));
  return problems;
}

const freezeWindows = ["between", "weekly", "calendars"] as const;

function freezeProblems(freeze: RawFreeze, path: Path): readonly Problem[] {
  const given = freezeWindows.filter((key) => freeze[key] !== undefined);
  const problems: Problem[] = [...whenProblems(freeze.when, [...path, "when"])];
  if (given.length !== 1) problems.push(exactlyOne(path, `Freeze “${freeze.name}”`, freezeWindows, given));
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
  if (weekly !== undefined) problems.push(...weeklyProblems(weekly, [...path, "weekly"]));
  return problems;
}

function weeklyProblems({ from, until }: RawWeekly, path: Path): readonly Problem[] {
  if (from !== until) return [];
  return [{ path, says: "It ends when it begins; for whole days write 00:00 to 24:00." }];
}

function whenProblems(when: RawWhen | undefined, path: Path): readonly Problem[] {
  return (["hours", "outside"] as const).flatMap((key) =>
    (when?.[key] ?? []).flatMap((hours, index) => weeklyProblems(hours, [...path, key, index])),
  );
}

function calendarProblems({ days }: RawCalendar, path: Path): readonly Problem[] {
  return days.flatMap((day, index) => {
    const dates = typeof day === "string" ? [day] : [day.from, day.until];
    const wrong = dates.find((date) => !isMoment(date));
    if (wrong === undefined) return [];
    return [{ path: [...path, "days", index], says: `“${wrong}” is not a day that exists.`, came: wrong }];
  });
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

/** Nobody reads an alarm in the place where every event is told. */
function breakGlassProblems({ breakglass, channels }: RawConfig): readonly Problem[] {
  if (breakglass === undefined || wordsOf(breakglass.tell).some((name) => name !== channels.audit)) return [];
  const says = "Name a channel besides the audit channel: break-glass is told where people look.";
  return [{ path: ["breakglass", "tell"], says }];
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
    (group.members ?? []).length + wordsOf(group.idpGroups).length + wordsOf(group.groups).length === 0 &&
    group.slackUserGroup === undefined
      ? [
          {
            path: ["groups", index],
            says: `Group “${group.name}” has no members, no slackUserGroup, no idpGroups and no groups.`,
          },
        ]
      : [],
  );
}
