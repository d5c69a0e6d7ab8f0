// May this person run this request without its missing approvals? The policy's own permission for it (R30).
import type { BreakGlass } from "../core/break-glass.ts";
import { assurances, type Person } from "../core/person.ts";
import type { Question } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { matchQuestion } from "./match.ts";
import { checkReason } from "./reason.ts";

export interface Breaking {
  readonly request: Request;
  readonly by: Person;
  /** About the plan; the same that decides it. */
  readonly question: Question;
}

/** null when they may. Denials of rules and freezes are not looked at here: they hold whatever this says. */
export function mayBreak(rule: BreakGlass | undefined, { request, by, question }: Breaking): Refusal | null {
  if (rule === undefined)
    return forbidden("Break-glass is not set up here.", "An admin can write the section breakglass: in the policy.");
  const known = Math.max(0, assurances.indexOf(by.assurance));
  if (known < assurances.indexOf(rule.assurance))
    return forbidden(`Break-glass needs somebody who is ${rule.assurance}; you are ${by.assurance}.`, "Type: login");
  const isTop = assurances.indexOf(rule.assurance) >= assurances.indexOf("linked");
  const weak = isTop ? (by.weakGroups ?? []) : [];
  if (!rule.groups.some((group) => by.groups.includes(group) && !weak.includes(group))) return notAmongThem(rule, by);
  if (request.plan.changes.some((change) => change.kind === "setting" && change.setting === "policy"))
    return forbidden("The policy is never changed by break-glass.", "It needs its approvals.");
  const risk = question.risks.find((kind) => rule.exceptRisks.includes(kind));
  if (risk !== undefined)
    return forbidden(`Break-glass does not reach plans with the risk fact ${risk}.`, "This one needs its approvals.");
  const places = Math.max(question.places.length, 1);
  if (matchQuestion("breakglass", rule.match, "permits", question).places.size === places) return null;
  return forbidden(`Break-glass does not reach ${request.plan.title}.`, "This one needs its approvals.");
}

function notAmongThem({ groups }: BreakGlass, by: Person): Refusal {
  const lapsed = groups.filter((group) => by.lapsedGroups?.includes(group) === true);
  if (lapsed.length === 0)
    return forbidden(`${by.name} may not use break-glass.`, `Those who may are in ${groups.join(", ")}.`);
  return refuse(
    "groups-too-old",
    `${by.name} is in ${lapsed.join(" and ")} only by a sign-in that is too old, so break-glass is not theirs to use.`,
    "Type login, sign in, and try again.",
  );
}

/** The reason in the form that is asked for; break-glass never goes without one. */
export function checkGlassReason(rule: BreakGlass, reason: string): Refusal | null {
  const asked = rule.reason.kind === "optional" ? ({ kind: "required" } as const) : rule.reason;
  return checkReason(asked, reason, "break the glass for");
}

function forbidden(message: string, hint: string): Refusal {
  return refuse("breakglass-forbidden", message, hint);
}
