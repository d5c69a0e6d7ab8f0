// Does a rule ask for things that exist?
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import { subjectIn } from "../core/person.ts";
import type { Match } from "../core/policy.ts";
import { riskKinds } from "../core/risk.ts";
import { ifProblems } from "./check-if.ts";
import { kindProblems } from "./check-kinds.ts";
import { timeProblems } from "./check-time.ts";
import { fits, fitsAny } from "./glob.ts";

type Path = readonly (string | number)[];

const verbKinds = ["read", "change", "own"];

export function matchProblems(match: Match, path: Path, facts: PolicyFacts): readonly PolicyProblem[] {
  const groups = facts.policy.groups.map((group) => group.name);
  const clusters = facts.clusters.map((cluster) => cluster.name);
  const environments = [...new Set(facts.clusters.map((cluster) => cluster.environment))];
  return [
    ...unknown(match.verbs, facts.verbs, "verb", [...path, "verbs"]),
    ...unknown(match.verbKinds, verbKinds, "kind of action", [...path, "actions"]),
    ...unknown(match.groups, groups, "group", [...path, "groups"], "exact"),
    ...unknown(match.clusters, clusters, "cluster", [...path, "clusters"]),
    ...unknown(match.environments, environments, "environment", [...path, "environments"]),
    ...unknown(match.risks, Object.keys(riskKinds), "risk fact", [...path, "risks"], "exact"),
    ...match.kinds.flatMap((kind, index) => kindProblems(kind, [...path, "kinds", index])),
    ...unknown(
      match.onCall ?? [],
      facts.schedules ?? match.onCall ?? [],
      "on-call schedule",
      [...path, "onCall"],
      "exact",
    ),
    ...(match.subjects ?? []).flatMap((subject, index) =>
      subjectProblems(subject, [...path, "subjects", index], facts.issuer),
    ),
    ...argProblems(match, [...path, "args"], facts),
    ...match.namespaces.flatMap((name, index) => namespaceProblems(name, [...path, "namespaces", index])),
    ...labelProblems(match, path),
    ...timeProblems(match, path, facts),
    ...ifProblems(match, [...path, "if"], facts),
  ];
}

function unknown(
  given: readonly string[],
  known: readonly string[],
  what: string,
  path: Path,
  stars: "stars" | "exact" = "stars",
): readonly PolicyProblem[] {
  return given.flatMap((name, index) => {
    const exists = stars === "stars" ? known.some((candidate) => fits(name, candidate)) : known.includes(name);
    return exists ? [] : [{ path: [...path, index], says: `There is no ${what} “${name}”`, came: name, known }];
  });
}

/** Names and e-mail addresses can be changed by their owners; neither is ever somebody (R9). */
function subjectProblems(subject: string, path: Path, issuer: string | undefined): readonly PolicyProblem[] {
  if (/^[UW][A-Z0-9]{2,}$/.test(subject)) return [];
  const of = /^https:\/\/[^#\s]+#.+$/.test(subject) ? subjectIn(subject) : null;
  if (of === null) {
    const says = `“${subject}” is nobody: write the member id of Slack, such as U024BE7LH, or issuer#sub, such as https://login.example.com#1a2b`;
    return [{ path, says, came: subject }];
  }
  if (issuer === undefined || of.issuer === issuer) return [];
  return [{ path, says: `“${subject}” is nobody's sign-in here, since people sign in at ${issuer}`, came: subject }];
}

function labelProblems({ labels, withoutLabels = [] }: Match, path: Path): readonly PolicyProblem[] {
  return withoutLabels.flatMap((label, index) =>
    Object.hasOwn(labels, label)
      ? [
          {
            path: [...path, "withoutLabels", index],
            says: `Label “${label}” is asked for and forbidden: it never matches`,
          },
        ]
      : [],
  );
}

/** A rule about an argument that no verb of it has would match nothing, silently. */
function argProblems({ args, verbs }: Match, path: Path, { params }: PolicyFacts): readonly PolicyProblem[] {
  if (params === undefined) return [];
  const concerned = Object.entries(params).filter(([verb]) => verbs.length === 0 || fitsAny(verbs, verb));
  const known = [...new Set(concerned.flatMap(([, names]) => names))].sort();
  return Object.keys(args).flatMap((name) =>
    known.includes(name) ? [] : [{ path: [...path, name], says: `There is no argument “${name}”`, came: name, known }],
  );
}

/** RFC 1123 label, with stars. */
function namespaceProblems(name: string, path: Path): readonly PolicyProblem[] {
  if (/^[a-z0-9*]([a-z0-9*-]{0,61}[a-z0-9*])?$/.test(name)) return [];
  return [{ path, says: `“${name}” is no namespace's name: small letters, digits and hyphens make one`, came: name }];
}
