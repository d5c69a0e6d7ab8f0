// The beginning of a request: its record, checked against what could ever be.
import { changeName } from "../core/change-name.ts";
import type { Digest } from "../core/digest.ts";
import type { Nonce, RequestId } from "../core/ids.ts";
import { type Person, type PersonRef, refOf } from "../core/person.ts";
import type { Invocation, Plan } from "../core/plan.ts";
import type { Question, Requirement } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Request, Thread } from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import { demandsOf } from "./demands.ts";
import type { Effect } from "./events.ts";
import { hoursWords, nextOpening } from "./hours.ts";
import { executeJob, expireJob } from "./jobs.ts";
import type { Stepped } from "./life.ts";
import { missingWords, neededWords, needWords } from "./needed.ts";
import { isOwn } from "./own.ts";
import { expiresAt, startAt, startBefore } from "./planned-start.ts";
import { couldEverMeet, solve, type Voter, withAnybody } from "./quorum.ts";
import { checkReason } from "./reason.ts";
import { recordedQuestion } from "./recorded-question.ts";
import { checkTickets, ticketsIn } from "./ticket.ts";

export interface Opening {
  readonly id: RequestId;
  readonly nonce: Nonce;
  readonly digestKey: string;
  readonly now: number;
  readonly invocation: Invocation;
  readonly plan: Plan;
  readonly requester: Person;
  readonly authors: readonly PersonRef[];
  readonly reason: string | null;
  readonly policyDigest: Digest;
  readonly rules: readonly string[];
  /** What the policy was asked, for the record: another policy can be asked the same. */
  readonly question: Question;
  /** null when the policy allows it without approvals. */
  readonly requirement: Requirement | null;
  /** Everybody who is in a group now; the requester and authors are left out here (R15). */
  readonly people: readonly Voter[];
  readonly askedIn: Thread;
  readonly card: Thread;
}

/** Refuses without a reason that the policy asks for, and when nobody could ever give the approvals (R15, R22). */
export function openRequest(opening: Opening): Stepped | Refusal {
  const { requirement, now } = opening;
  const reason = opening.reason?.trim() === "" ? null : opening.reason;
  if (requirement !== null) {
    const wrong =
      checkReason(requirement.reasonToAsk, reason, "ask for") ??
      checkTickets(requirement, reason) ??
      impossible(requirement, now) ??
      unreachable(opening, requirement);
    if (wrong !== null) return wrong;
  }
  const free = requirement === null;
  const request: Request = {
    ...record(opening),
    reason,
    ...ticketsOf(requirement, reason),
    state: free ? "approved" : "planned",
    expiresAt: expiresAt(opening, now),
    quorumAt: free ? now : null,
    startBy: free ? startBefore(opening, now) : null,
    says: free ? "needs no approval" : neededWords(requirement.need, []),
  };
  return { request, effects: effectsOf(request, opening) };
}

function ticketsOf(requirement: Requirement | null, reason: string | null): Pick<Request, "tickets"> {
  const tickets = requirement === null ? [] : ticketsIn(requirement, reason);
  return tickets.length === 0 ? {} : { tickets };
}

function record(opening: Opening): Omit<Request, "state" | "reason" | "expiresAt" | "quorumAt" | "startBy" | "says"> {
  const { id, nonce, digestKey, invocation, plan, authors, policyDigest, rules, requirement, askedIn, card } = opening;
  return {
    ...{ id, nonce, digestKey, invocation, plan, authors, policyDigest, rules, requirement, askedIn, card },
    version: 1,
    revision: 1,
    requester: refOf(opening.requester),
    ...(plan.access === undefined ? {} : { beneficiary: plan.access.beneficiary }),
    votes: [],
    createdAt: opening.now,
    postedAt: null,
    endedAt: null,
    execution: null,
  };
}

/** What rules ask for together although no vote could ever be so (R15). */
function impossible({ stepUp, hours = [] }: Requirement, now: number): Refusal | null {
  const hint = "The admin of the bot must change one of the rules that count here.";
  if (stepUp?.impossible === true)
    return refuse(
      "unreachable-quorum",
      "Nobody could ever approve this: its rules ask for sign-ins (acr) that exclude each other.",
      hint,
    );
  if (nextOpening(hours, now) !== null) return null;
  return refuse(
    "unreachable-quorum",
    `Nobody could ever approve this: approvals are taken ${hoursWords(hours)}, which never meet.`,
    hint,
  );
}

function unreachable(opening: Opening, requirement: Requirement): Refusal | null {
  const { access } = opening.plan;
  const gains = access === undefined ? {} : { beneficiary: access.beneficiary };
  const request = { requester: refOf(opening.requester), authors: opening.authors, ...gains };
  const known = opening.people.filter((person) => !isOwn(request, person.human));
  const eligible = withAnybody(requirement.need, known);
  if (couldEverMeet(requirement.need, eligible)) return null;
  const missing = missingWords(solve(requirement.need, eligible).missing);
  return refuse(
    "unreachable-quorum",
    `Nobody could ever give the approvals that this needs: ${missing} too few, since yours does not count.`,
    "Let somebody outside these groups ask, or have people added to the groups.",
  );
}

/** As it could be typed again; a manifest stands as its digest in the plan, never as text. */
function commandOf(request: Request): string {
  const args = Object.entries(request.invocation.args).filter(([name]) => name !== "manifest");
  return [
    request.invocation.verb,
    ...args.map(([name, value]) => (name === "target" ? value : `${name}=${value}`)),
  ].join(" ");
}

function effectsOf(request: Request, { requester: by, question }: Opening): readonly Effect[] {
  const details = {
    command: commandOf(request),
    title: request.plan.title,
    objects: request.plan.changes.map((change) => (change.kind === "setting" ? change.setting : changeName(change))),
    rules: request.rules,
    policy: request.policyDigest,
    reason: request.reason,
    needs: request.requirement === null ? "" : needWords(request.requirement.need),
    demands: request.requirement === null ? [] : demandsOf(request.requirement),
    question: recordedQuestion(question),
    risks: [...new Set(request.plan.risks.map((risk) => risk.kind))].sort(),
  };
  const created = audit("request.created", request, { by, details });
  if (request.requirement !== null) return [created, expireJob(request, request.expiresAt), { kind: "card" }];
  const approved = audit("request.approved", request, { details: { approvers: [], rules: request.rules } });
  return [created, approved, executeJob(request, startAt(request.plan, request.createdAt)), { kind: "card" }];
}
