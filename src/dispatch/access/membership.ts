// Memberships in other systems, carried out and read back: the intent before the call, an unknown outcome looked up, never guessed.

import { changeName } from "../../core/change-name.ts";
import type { Goal, MembershipChange } from "../../core/plan.ts";
import type { AccessTarget, Membership, MembershipOutcome } from "../../core/ports/access-targets.ts";
import type { GoalOutcome } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Request } from "../../core/request.ts";
import { goesThroughFreezes } from "../break-glass.ts";
import type { MaySend } from "../carry-out.ts";
import type { Deps } from "../deps.ts";
import { type CutShort, type Executing, leaseMs, type One, writeDeadlineMs } from "../executing.ts";
import { mayWrite } from "../may-write.ts";
import { lostOrHalted, record } from "../step.ts";
import { transition } from "../transition.ts";

type Stepped = { readonly kind: "stepped"; readonly request: Request } | CutShort;
type Carrying = One<MembershipChange> & { readonly maySend: MaySend };

const attempts = 3;
/** A call in flight lives no longer than its deadline here, and as long again there. */
const settleMs = 2 * writeDeadlineMs;

/** Adding a member or taking one away means the same twice: after looking, what is surely not done may be sent again. */
export async function carryMembership(executing: Executing, request: Request, one: Carrying): Promise<Stepped> {
  const target = executing.deps.accessTargets.get(one.change.target);
  if (target === null) return refused(executing, request, one, noSuchTarget(one.change.target).message);
  let reached = request;
  let isUnknown = one.known !== undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const looked = await lookAgain(executing, reached, { ...one, target, isUnknown });
    if (looked.kind !== "to-send") return looked;
    reached = looked.request;
    const sent = await send(executing, reached, { ...one, target });
    if (sent.kind !== "sent") return sent;
    reached = sent.request;
    if (sent.outcome.kind === "done") return written(executing, reached, one, "Done as approved.");
    if (sent.outcome.kind === "refused") return refused(executing, reached, one, sent.outcome.refusal.message);
    const marked = await record(executing, reached, one, { state: "unknown", says: sent.outcome.says });
    if (isRefusal(marked)) return lostOrHalted(marked);
    reached = marked;
    isUnknown = true;
  }
  return unknown(one.change, `${attempts} attempts had no clear outcome`);
}

type Looked = { readonly kind: "to-send"; readonly request: Request } | Stepped;

/** As it is now: done, as it was when it was approved and so to be sent, or something else, which was not approved. */
async function lookAgain(
  executing: Executing,
  request: Request,
  one: Carrying & { readonly target: AccessTarget; readonly isUnknown: boolean },
): Promise<Looked> {
  const { change, target, isUnknown, holder } = one;
  if (isUnknown) {
    const alive = await transition(executing.deps, request.id, {
      kind: "heartbeat",
      ...holder,
      leaseMs: settleMs + leaseMs,
    });
    if (isRefusal(alive)) return lostOrHalted(alive);
    await executing.deps.clock.wait(settleMs);
  }
  const now = await target.observe(change.member, change.role);
  if (isRefusal(now)) return isUnknown ? unknown(change, now.message) : refused(executing, request, one, now.message);
  if (isUnknown && now.isMember === change.after) return foundDone(executing, request, one);
  if (now.isMember !== change.before)
    return refused(executing, request, one, `${changeName(change)} changed since it was looked at.`);
  if (change.before === change.after) return written(executing, request, one, "It stays as it is.");
  const refusal = isUnknown ? await one.maySend(request) : null;
  if (refusal !== null) return refused(executing, request, one, `Not sent again: ${refusal.message}`);
  return { kind: "to-send", request };
}

type Sent = { readonly kind: "sent"; readonly request: Request; readonly outcome: MembershipOutcome } | Stepped;

async function send(
  executing: Executing,
  request: Request,
  one: Carrying & { readonly target: AccessTarget },
): Promise<Sent> {
  const { change, target, holder } = one;
  const { deps } = executing;
  const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs });
  if (isRefusal(alive)) return { kind: "lost", says: alive.message };
  const says = `${change.after ? "add" : "remove"} ${changeName(change)}`;
  const intended = await record(executing, request, one, { state: "intended", says });
  if (isRefusal(intended) && intended.code !== "already-so") return lostOrHalted(intended);
  const held = isRefusal(intended) ? alive : intended;
  const forbids = await mayWrite(deps, held, { throughFreezes: goesThroughFreezes(deps, held) });
  if (forbids !== null) return refused(executing, held, one, `Not sent: ${forbids.message}`);
  if (deps.clock.now() + writeDeadlineMs > (held.execution?.leaseUntil ?? 0))
    return { kind: "lost", says: "the lease ran out before the call was sent" };
  const outcome = await setMembership(target, change);
  return { kind: "sent", request: held, outcome };
}

function setMembership(target: AccessTarget, change: MembershipChange): Promise<MembershipOutcome> {
  const { member, role, after } = change;
  return after ? target.add(member, role, writeDeadlineMs) : target.remove(member, role, writeDeadlineMs);
}

async function written(executing: Executing, request: Request, one: Carrying, says: string): Promise<Stepped> {
  const step = await record(executing, request, one, { state: "written", says });
  return isRefusal(step) ? lostOrHalted(step) : { kind: "stepped", request: step };
}

async function foundDone(executing: Executing, request: Request, one: Carrying): Promise<Stepped> {
  const step = await record(executing, request, one, { state: "found-done", says: "Found done when looked up." });
  return isRefusal(step) ? lostOrHalted(step) : { kind: "stepped", request: step };
}

async function refused(executing: Executing, request: Request, one: Carrying, says: string): Promise<Stepped> {
  const step = await record(executing, request, one, { state: "refused", says });
  if (isRefusal(step)) return lostOrHalted(step);
  return { kind: "stopped", outcome: "failed", says: `Stopped at ${changeName(one.change)}: ${says}` };
}

function unknown(change: MembershipChange, why: string): CutShort {
  const says = `Whether ${changeName(change)} was changed is not known: ${why}. Look at it before asking anew.`;
  return { kind: "stopped", outcome: "unknown", says };
}

/** A system may be slow to show what it has taken. */
const againMs = 1_000;

export async function followMembership(
  deps: Deps,
  goal: Extract<Goal, { kind: "membership" }>,
  signal: AbortSignal,
): Promise<GoalOutcome> {
  const target = deps.accessTargets.get(goal.target);
  if (target === null) return { kind: "aborted", says: noSuchTarget(goal.target).message };
  const what = `${goal.member.name} is ${goal.isMember ? "a" : "no"} member of ${goal.role} on ${goal.target}`;
  let last = "nothing was asked";
  while (!signal.aborted) {
    const now: Membership | Refusal = await target.observe(goal.member, goal.role);
    if (!isRefusal(now) && now.isMember === goal.isMember) return { kind: "reached", says: `${what}.` };
    last = isRefusal(now) ? now.message : `not yet so: ${what}`;
    await deps.clock.wait(againMs, signal);
  }
  return { kind: "aborted", says: last };
}

export function noSuchTarget(name: string): Refusal {
  return refuse("target-unreachable", `The system ${name} is not configured here.`, "Ask the admin of the bot.");
}
