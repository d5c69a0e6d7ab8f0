// What approvals must be besides how many of whom, in words that can be compared: for the record, and for replay.
import { durationText } from "../core/params.ts";
import type { ReasonRule, Requirement, StepUp } from "../core/policy.ts";
import { hoursWords } from "./hours.ts";

/** Each by itself: a demand that is not among another requirement's is one that it does not make. */
export function demandsOf(requirement: Requirement): readonly string[] {
  const { assurance = "none", stepUp, hours = [], tickets = [], vetoGroups } = requirement;
  return [
    ...(assurance === "none" ? [] : [`assurance ${assurance}`]),
    ...(stepUp === undefined ? [] : [stepUpWords(stepUp)]),
    ...hours.map((each) => `hours ${hoursWords([each])}`),
    ...tickets.map(({ pattern }) => `a ticket ${pattern}`),
    ...reasonWords(requirement.reasonToAsk, "a reason to ask"),
    ...reasonWords(requirement.reasonToApprove, "a reason to approve"),
    ...vetoGroups.map((group) => `a veto of ${group}`),
  ];
}

function stepUpWords({ maxAgeMs, acr, amr }: StepUp): string {
  const strength = [...(acr.length === 0 ? [] : [`acr ${acr.join(" or ")}`]), ...amr.map((one) => `amr ${one}`)];
  return [`a fresh sign-in of at most ${durationText(maxAgeMs)}`, ...strength].join(", ");
}

function reasonWords(rule: ReasonRule, what: string): readonly string[] {
  if (rule.kind === "optional") return [];
  return [rule.kind === "required" ? what : `${what} like ${rule.pattern}`];
}
