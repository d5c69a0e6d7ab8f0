// Can an `if` be read, does it name what exists, and can it ever be true?
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import { assurances } from "../core/person.ts";
import type { Match } from "../core/policy.ts";
import { riskKinds } from "../core/risk.ts";
import { alwaysGives } from "./cel/constant.ts";
import { readExpression } from "./cel/expression.ts";
import { typeCheck } from "./cel/type-check.ts";
import type { Domain } from "./cel/types.ts";

type Path = readonly (string | number)[];

export function ifProblems(match: Match, path: Path, facts: PolicyFacts): readonly PolicyProblem[] {
  if (match.if === undefined) return [];
  const { expression } = match.if;
  const read = readExpression(expression);
  if (read.kind === "bad")
    return [{ path, says: `This CEL expression cannot be used: ${read.says}`, came: expression }];
  const { problems, asked } = typeCheck(read.expression.root);
  if (problems.length > 0)
    return distinct(
      problems.map(({ says, ...more }) => ({ path, says: `This CEL expression cannot be used: ${says}`, ...more })),
    );
  if (alwaysGives(read.expression.root) === false)
    return [{ path, says: "This CEL expression is never true, so the rule is never reached", came: expression }];
  return asked.flatMap(({ domain, word }) => {
    const known = knownWords(domain, facts);
    if (known === null || known.includes(word)) return [];
    return [{ path, says: `There is no ${domainWords[domain]} “${word}” to compare with`, came: word, known }];
  });
}

const domainWords: Readonly<Record<Domain, string>> = {
  verb: "verb",
  action: "kind of action",
  assurance: "kind of assurance",
  group: "group",
  schedule: "schedule",
  cluster: "cluster",
  environment: "environment",
  risk: "risk fact",
  weekday: "weekday",
  operation: "kind of change",
};

/** null where the words are not known here. */
function knownWords(domain: Domain, facts: PolicyFacts): readonly string[] | null {
  switch (domain) {
    case "verb":
      return facts.verbs;
    case "action":
      return ["read", "change", "own"];
    case "assurance":
      return assurances;
    case "group":
      return facts.policy.groups.map((group) => group.name);
    case "schedule":
      return facts.schedules ?? null;
    case "cluster":
      return facts.clusters.map((cluster) => cluster.name);
    case "environment":
      return [...new Set(facts.clusters.map((cluster) => cluster.environment))];
    case "risk":
      return Object.keys(riskKinds);
    case "weekday":
      return ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    case "operation":
      return ["create", "update", "delete"];
    default:
      return domain satisfies never;
  }
}

function distinct(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  return [...new Map(problems.map((problem) => [problem.says, problem])).values()];
}
