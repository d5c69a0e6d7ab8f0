// The risk facts of planned changes, as the final objects show them after the dry run (T22, B12).
import type { PlannedAccess } from "../core/access.ts";
import type { MembershipChange, PlannedChange, SettingChange } from "../core/plan.ts";
import type { RiskFact } from "../core/risk.ts";
import { accessRisks } from "./risks/access.ts";
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
export function riskFactsOf(changes: readonly PlannedChange[], access?: PlannedAccess): readonly RiskFact[] {
  const facts = changes.flatMap(factsOf);
  return distinct([...facts, ...accessRisks(access), ...large(changes)]).sort(
    (a, b) => ranks[a.level] - ranks[b.level],
  );
}

function factsOf(change: PlannedChange): readonly RiskFact[] {
  switch (change.kind) {
    case "object":
      return families.flatMap((family) => family(change));
    case "setting":
      return settingRisks(change);
    case "membership":
      return membershipRisks(change);
  }
}

function membershipRisks({ target, role, member, before, after }: MembershipChange): readonly RiskFact[] {
  const done = before === after ? "stays" : after ? "becomes" : "is no longer";
  const says = `${member.name} ${done} a member of ${role} on ${target}.`;
  return [{ kind: "membership-change", level: "medium", says, object: "" }];
}

function settingRisks(change: SettingChange): readonly RiskFact[] {
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
