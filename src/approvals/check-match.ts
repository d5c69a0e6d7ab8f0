// Does a rule ask for things that exist?
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import type { Match } from "../core/policy.ts";
import { riskKinds } from "../core/risk.ts";
import { ifProblems } from "./check-if.ts";
import { timeProblems } from "./check-time.ts";
import { fits } from "./glob.ts";

type Path = readonly (string | number)[];

const verbKinds = ["read", "change", "own"];
/** As `kubectl get -o name` prints kinds: singular or plural, with the API group unless it is the core one. */
const kindWord = /^[a-z*][a-z0-9*-]*(\.[a-z0-9*-]+)*$/;

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
    ...(match.subjects ?? []).flatMap((subject, index) => subjectProblems(subject, [...path, "subjects", index])),
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
function subjectProblems(subject: string, path: Path): readonly PolicyProblem[] {
  if (/^[UW][A-Z0-9]{2,}$/.test(subject) || /^https:\/\/[^#\s]+#.+$/.test(subject)) return [];
  const says = `“${subject}” is nobody: write the member id of Slack, such as U024BE7LH, or issuer#sub, such as https://login.example.com#1a2b`;
  return [{ path, says, came: subject }];
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

function kindProblems(kind: string, path: Path): readonly PolicyProblem[] {
  if (!kindWord.test(kind)) {
    const says = `“${kind}” is not a kind as kubectl prints it with -o name; write it like deployment.apps or configmap`;
    return [{ path, says, came: kind }];
  }
  const group = coreless[kind];
  if (group === undefined) return [];
  return [{ path, says: `“${kind}” without its API group never matches; write ${kind}.${group}`, came: kind }];
}

/** Kinds that people write without their group: such a rule would match nothing, silently. */
const coreless: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  deployment: "apps",
  statefulset: "apps",
  daemonset: "apps",
  replicaset: "apps",
  job: "batch",
  cronjob: "batch",
  ingress: "networking.k8s.io",
  networkpolicy: "networking.k8s.io",
  role: "rbac.authorization.k8s.io",
  rolebinding: "rbac.authorization.k8s.io",
  clusterrole: "rbac.authorization.k8s.io",
  clusterrolebinding: "rbac.authorization.k8s.io",
  customresourcedefinition: "apiextensions.k8s.io",
  horizontalpodautoscaler: "autoscaling",
  poddisruptionbudget: "policy",
});
