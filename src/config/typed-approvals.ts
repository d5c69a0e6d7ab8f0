// Raw approvals → a typed requirement.
import { asGroupName } from "../core/ids.ts";
import { readDuration } from "../core/params.ts";
import { type Assurance, assurances } from "../core/person.ts";
import type { Need, Policy, ReasonRule, Requirement, StepUp, WeeklyWindow } from "../core/policy.ts";
import { isRefusal } from "../core/refusal.ts";
import { type RawApprovals, type RawNeed, type RawReason, type RawWeekly, wordsOf } from "./raw.ts";

/** A duration that the schema has let through, in milliseconds. */
export function ms(text: string): number {
  const read = readDuration(text);
  if (isRefusal(read)) throw new Error(`the schema let a wrong duration through: ${text}`);
  return read;
}

/** What is not written is not there either, so that a policy of before has the digest that it had. */
export function typedRequirement(raw: RawApprovals, defaults: Policy["defaults"], zone: string): Requirement {
  return {
    need: typedNeed(raw),
    denyThreshold: raw.denials ?? defaults.denyThreshold,
    vetoGroups: wordsOf(raw.veto).map(asGroupName),
    expiresInMs: raw.expiresIn === undefined ? defaults.expiresInMs : ms(raw.expiresIn),
    startWithinMs: raw.startWithin === undefined ? defaults.startWithinMs : ms(raw.startWithin),
    reasonToAsk: typedReason(raw.reasonToAsk),
    reasonToApprove: typedReason(raw.reasonToApprove),
    tell: wordsOf(raw.tell),
    ...(raw.tellPeople === undefined ? {} : { tellPeople: wordsOf(raw.tellPeople) }),
    ...(raw.tellGroups === undefined ? {} : { tellGroups: wordsOf(raw.tellGroups).map(asGroupName) }),
    ...(raw.ticket === undefined ? {} : { tickets: [{ ...raw.ticket, link: raw.ticket.link ?? null }] }),
    ...(raw.ping === undefined ? {} : { ping: raw.ping }),
    ...typedRings(raw),
    ...(raw.assurance === undefined ? {} : { assurance: typedAssurance(raw.assurance) }),
    ...(raw.stepUp === undefined ? {} : { stepUp: typedStepUp(raw.stepUp) }),
    ...(raw.hours === undefined ? {} : { hours: [raw.hours.map((hours) => typedWeekly(hours, zone))] }),
  };
}

function typedRings({ rings, escalateTo }: RawApprovals): Pick<Requirement, "rings" | "escalateTo"> {
  const [remind, escalate] = rings ?? [];
  return {
    ...(remind === undefined || escalate === undefined ? {} : { rings: [ms(remind), ms(escalate)] as const }),
    ...(escalateTo === undefined ? {} : { escalateTo: wordsOf(escalateTo).map(asGroupName) }),
  };
}

function typedNeed(raw: RawNeed): Need {
  if (raw.all !== undefined) return { kind: "all", of: raw.all.map(typedNeed) };
  if (raw.any !== undefined) return { kind: "any", of: raw.any.map(typedNeed) };
  if (raw.stages !== undefined) return { kind: "stages", of: raw.stages.map(typedNeed) };
  const { count = 0, distinctGroups } = raw;
  const groups = wordsOf(raw.from).map(asGroupName);
  return { kind: "votes", count, groups, ...(distinctGroups === undefined ? {} : { distinctGroups }) };
}

export function typedReason(raw: RawReason | undefined): ReasonRule {
  if (raw === undefined) return { kind: "optional" };
  return typeof raw === "string" ? { kind: raw } : { kind: "pattern", ...raw };
}

function typedAssurance(raw: string): Assurance {
  const known = assurances.find((assurance) => assurance === raw);
  if (known === undefined) throw new Error(`the schema let a wrong assurance through: ${raw}`);
  return known;
}

function typedStepUp({ maxAge, acr, amr }: NonNullable<RawApprovals["stepUp"]>): StepUp {
  return { maxAgeMs: ms(maxAge), acr: wordsOf(acr), amr: wordsOf(amr) };
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** `standard` is the policy's zone. */
export function typedWeekly({ zone, days, from, until }: RawWeekly, standard: string): WeeklyWindow {
  const numbers = days.map((day) => weekdays.indexOf(day) + 1);
  return {
    kind: "weekly",
    zone: zone ?? standard,
    days: numbers,
    fromMinute: minutes(from),
    untilMinute: minutes(until),
  };
}

function minutes(clock: string): number {
  const [hours = "0", rest = "0"] = clock.split(":");
  return Number(hours) * 60 + Number(rest);
}
