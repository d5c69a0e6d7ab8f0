// Several requirements as one that satisfies each of them: the strictest of every field (R16, R31).
import type { Assurance } from "../core/person.ts";
import type { ApproverHours, ReasonRule, Requirement, StepUp } from "../core/policy.ts";
import { askingOf } from "./asking.ts";
import { isAtLeast } from "./assured.ts";
import { bothNeeds } from "./both-needs.ts";

/** Meeting the result meets both; in whichever order requirements are joined, and however often, the meaning is the same. */
export function stricter(a: Requirement, b: Requirement): Requirement {
  const assurance = higher(a.assurance, b.assurance);
  const stepUp = stricterStepUp(a.stepUp, b.stepUp);
  const hours = union(a.hours ?? [], b.hours ?? []);
  return {
    need: bothNeeds(a.need, b.need),
    denyThreshold: Math.min(a.denyThreshold, b.denyThreshold),
    vetoGroups: union(a.vetoGroups, b.vetoGroups),
    expiresInMs: Math.min(a.expiresInMs, b.expiresInMs),
    startWithinMs: Math.min(a.startWithinMs, b.startWithinMs),
    reasonToAsk: stricterReason(a.reasonToAsk, b.reasonToAsk),
    reasonToApprove: stricterReason(a.reasonToApprove, b.reasonToApprove),
    tell: union(a.tell, b.tell),
    ...unions(a, b),
    ...askingOf(a, b),
    ...(assurance === undefined ? {} : { assurance }),
    ...(stepUp === undefined ? {} : { stepUp }),
    ...(hours.length === 0 ? {} : { hours }),
  };
}

function higher(a: Assurance | undefined, b: Assurance | undefined): Assurance | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isAtLeast(a, b) ? a : b;
}

/** Lists of `acr` that share none leave nothing that a sign-in could show: said so, since an empty list would ask for nothing. */
function stricterStepUp(a: StepUp | undefined, b: StepUp | undefined): StepUp | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const shared = a.acr.filter((acr) => b.acr.includes(acr));
  const acr = a.acr.length === 0 ? b.acr : b.acr.length === 0 ? a.acr : shared;
  const isNever =
    a.impossible === true || b.impossible === true || (a.acr.length > 0 && b.acr.length > 0 && shared.length === 0);
  return {
    maxAgeMs: Math.min(a.maxAgeMs, b.maxAgeMs),
    acr,
    amr: union(a.amr, b.amr),
    ...(isNever ? { impossible: true } : {}),
  };
}

/** Of different patterns each must be found in the reason. */
function stricterReason(a: ReasonRule, b: ReasonRule): ReasonRule {
  if (a.kind === "optional") return b;
  if (b.kind === "optional") return a;
  if (a.kind === "required") return b;
  if (b.kind === "required") return a;
  const first = { pattern: a.pattern, example: a.example };
  const others = [...(a.also ?? []), { pattern: b.pattern, example: b.example }, ...(b.also ?? [])];
  const also = others.filter(
    ({ pattern }, index) =>
      pattern !== first.pattern && others.findIndex((other) => other.pattern === pattern) === index,
  );
  return { kind: "pattern", ...first, ...(also.length === 0 ? {} : { also }) };
}

/** What is in neither stays out: requirements that were stored before these words compare as they were. */
function unions(a: Requirement, b: Requirement): Pick<Requirement, "tellPeople" | "tellGroups" | "tickets"> {
  const tickets = [...(a.tickets ?? []), ...(b.tickets ?? [])];
  const known = new Map(tickets.map((ticket) => [JSON.stringify([ticket.pattern, ticket.link]), ticket]));
  return {
    ...(a.tellPeople || b.tellPeople ? { tellPeople: union(a.tellPeople ?? [], b.tellPeople ?? []) } : {}),
    ...(a.tellGroups || b.tellGroups ? { tellGroups: union(a.tellGroups ?? [], b.tellGroups ?? []) } : {}),
    ...(known.size > 0 ? { tickets: [...known.values()] } : {}),
  };
}

/** What is equal stands once. */
function union<T extends string | ApproverHours>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Map([...a, ...b].map((one) => [JSON.stringify(one), one])).values()];
}
