// The risk facts of planned changes, as the final objects show them after the dry run (T22, B12).
import type { PlannedChange, PreviewedChange } from "../core/plan.ts";
import type { RiskFact } from "../core/risk.ts";
import { availabilityRisks } from "./risks/availability.ts";
import { controlRisks } from "./risks/control.ts";
import { exposureRisks } from "./risks/exposure.ts";
import { podRisks } from "./risks/pods.ts";
import { rbacRisks } from "./risks/rbac.ts";
import { secretRisks } from "./risks/secrets.ts";

const families = [podRisks, rbacRisks, controlRisks, availabilityRisks, exposureRisks, secretRisks];
const ranks = { high: 0, medium: 1, low: 2 } as const;

/** More objects than people read one by one. */
const manyObjects = 10;

/** Pure; each fact once, high ones first, in the order of the changes. */
export function riskFactsOf(changes: readonly PlannedChange[]): readonly RiskFact[] {
  const facts = changes.flatMap((change) =>
    change.kind === "setting" ? settingRisks(change) : families.flatMap((family) => family(change)),
  );
  return distinct([...facts, ...large(changes)]).sort((a, b) => ranks[a.level] - ranks[b.level]);
}

function settingRisks(change: Exclude<PlannedChange, PreviewedChange>): readonly RiskFact[] {
  const [before, after] = [change.before, change.after].map((value) => value !== null && value !== false);
  // What else is set is told by the verb, which knows what it means.
  if (change.setting !== "halted" || before === after) return [];
  return after === true
    ? [{ kind: "stops-execution", level: "medium", says: "All execution by the bot stops.", object: "" }]
    : [{ kind: "resumes-execution", level: "medium", says: "Execution by the bot resumes.", object: "" }];
}

function large(changes: readonly PlannedChange[]): readonly RiskFact[] {
  if (changes.length <= manyObjects) return [];
  return [{ kind: "large-change", level: "medium", says: `${changes.length} objects change at once.`, object: "" }];
}

function distinct(facts: readonly RiskFact[]): RiskFact[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    const key = `${fact.kind} ${fact.object} ${fact.says}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
