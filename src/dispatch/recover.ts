// After an interruption: what was being done is looked up, never repeated blindly, and then brought to its end.
import type { Holder } from "../approvals/events.ts";
import { stricter } from "../approvals/strictest.ts";
import { quorumOf } from "../approvals/who-counts.ts";
import type { RequestId } from "../core/ids.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { carryOut } from "./carry-out.ts";
import { decideAgain } from "./decide-again.ts";
import { denied } from "./denied.ts";
import type { Deps } from "./deps.ts";
import { finish } from "./execute.ts";
import { type Executing, type JobOutcome, leaseMs } from "./executing.ts";
import { lookAt } from "./standings.ts";
import { transition } from "./transition.ts";
import { watch } from "./verify.ts";

/** A request whose lease ran out is taken over under the next fence; one that is held goes on by itself. */
export async function recover(executing: Executing, id: RequestId): Promise<JobOutcome> {
  const { deps } = executing;
  const request = await deps.store.requests.get(id);
  if (
    request === null ||
    request.execution === null ||
    (request.state !== "executing" && request.state !== "verifying")
  )
    return { kind: "done" };
  if (deps.clock.now() < request.execution.leaseUntil) return { kind: "later", at: request.execution.leaseUntil };
  const taken = await transition(deps, id, { kind: "recovered", runner: deps.runner, leaseMs });
  // Held again since it was read: its job is this one, which must not be lost.
  if (isRefusal(taken) || taken.execution === null) return { kind: "later", at: deps.clock.now() + leaseMs };
  const holder: Holder = { runner: deps.runner, fence: taken.execution.fence };
  deps.log.info("interrupted execution is looked up", { request: id, state: taken.state });
  if (taken.state === "verifying") {
    watch(executing, taken, holder);
    return { kind: "done" };
  }
  const carried = await carryOut(executing, taken, { holder, maySend: (now) => stillMay(deps, now) });
  await finish(executing, taken, { holder, carried });
  return { kind: "done" };
}

/**
 * What was claimed before an interruption is looked up and finished; what was not sent by then starts only if it could be
 * claimed now: in time, allowed, not frozen, with approvals that still count (R8, R11, R24, R31).
 */
async function stillMay(deps: Deps, request: Request): Promise<Refusal | null> {
  const sealed = deps.sealedBecause();
  if (sealed !== null) return sealed;
  if (request.startBy !== null && deps.clock.now() >= request.startBy) {
    return refuse("expired", "its approval ended while I was away.", "Ask anew.");
  }
  const decision = await decideAgain(deps, request, request.plan);
  if (isRefusal(decision)) return decision;
  if (decision.kind === "deny") return denied(decision, { verb: request.invocation.verb });
  const asked = decision.kind === "approvals" ? decision.requirement : null;
  const { requirement } = request;
  const needed = requirement === null || asked === null ? (requirement ?? asked) : stricter(requirement, asked);
  const { standings, unknown } = await lookAt(deps.people, request);
  if (unknown !== null) return unknown;
  if (quorumOf({ ...request, requirement: needed }, standings).met) return null;
  return refuse("not-eligible", "its approvals no longer count.", "Ask anew.");
}
