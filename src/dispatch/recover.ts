// After an interruption: what was being done is looked up, never repeated blindly, and then brought to its end.
import type { Holder } from "../approvals/events.ts";
import { stricter } from "../approvals/strictest.ts";
import { quorumOf } from "../approvals/who-counts.ts";
import type { RequestId } from "../core/ids.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { type Request, standingGlass } from "../core/request.ts";
import { glassNow, goesThroughFreezes } from "./break-glass.ts";
import { carryOut } from "./carry-out.ts";
import { decideAgain } from "./decide-again.ts";
import { denied } from "./denied.ts";
import { clusterConfig, type Deps } from "./deps.ts";
import { finish } from "./execute.ts";
import { type Acting, actAs, type Executing, type JobOutcome, leaseMs } from "./executing.ts";
import type { MustLeave } from "./leaving.ts";
import { mayWrite, onlySettings } from "./may-write.ts";
import { lookAt } from "./standings.ts";
import { transition } from "./transition.ts";
import { watch } from "./verify.ts";

const haltedAgainMs = 3_000;

/** A request whose lease ran out is taken over under the next fence; one that is held goes on by itself. */
export async function recover(executing: Executing, id: RequestId, mustLeave: MustLeave): Promise<JobOutcome> {
  const { deps } = executing;
  const request = await deps.store.requests.get(id);
  if (
    request === null ||
    request.execution === null ||
    (request.state !== "executing" && request.state !== "verifying")
  )
    return { kind: "done" };
  if (deps.clock.now() < request.execution.leaseUntil) return { kind: "later", at: request.execution.leaseUntil };
  // Looking up what was done bumps versions in the cluster: under a halt that waits too, and so does what comes after it (R29).
  const isHalted = request.state === "executing" && (await deps.store.settings.get("halted")) !== null;
  if (isHalted && !onlySettings(request)) return { kind: "later", at: deps.clock.now() + haltedAgainMs };
  const acting = await whoLooks(executing, request);
  if (isRefusal(acting) && acting.code === "identity-unknown") return { kind: "later", at: deps.clock.now() + leaseMs };
  const taken = await transition(deps, id, { kind: "recovered", runner: deps.runner, leaseMs });
  // Held again since it was read: its job is this one, which must not be lost.
  if (isRefusal(taken) || taken.execution === null) return { kind: "later", at: deps.clock.now() + leaseMs };
  const holder: Holder = { runner: deps.runner, fence: taken.execution.fence };
  deps.log.info("interrupted execution is looked up", { request: id, state: taken.state });
  if (isRefusal(acting)) {
    await transition(deps, id, { kind: "ended", ...holder, ...endUnseen(taken, acting) });
    return { kind: "done" };
  }
  if (taken.state === "verifying") {
    watch(acting, taken, holder);
    return { kind: "done" };
  }
  const carried = await carryOut(acting, taken, { holder, mustLeave, maySend: (now) => stillMay(deps, now) });
  await finish(acting, taken, { holder, carried });
  return { kind: "done" };
}

/** The requester; where no cluster of the plan knows people, the bot looks also for somebody who is gone. */
async function whoLooks(executing: Executing, request: Request): Promise<Acting | Refusal> {
  const { deps } = executing;
  const acting = await actAs(executing, request);
  if (!isRefusal(acting) || acting.code === "identity-unknown") return acting;
  const objects = request.plan.changes.filter((change) => change.kind === "object");
  const knowsPeople = objects.some(({ object }) => clusterConfig(deps, object.cluster)?.impersonation !== undefined);
  return knowsPeople ? acting : { ...executing, requester: acting, clusters: deps.clusters };
}

/** Nobody looks in the place of a requester who is gone: what is not known stays so, and a person is needed. */
function endUnseen(
  request: Request,
  refusal: Refusal,
): { outcome: "failed" | "unknown" | "unconfirmed"; says: string } {
  const why = `It was interrupted, and nobody can look in the requester's name: ${refusal.message}`;
  if (request.state === "verifying") return { outcome: "unconfirmed", says: `Not confirmed. ${why}` };
  if ((request.execution?.steps.length ?? 0) === 0) return { outcome: "failed", says: `Nothing was sent. ${why}` };
  return {
    outcome: "unknown",
    says: `Whether it was done is not known. ${why} Look at the objects before asking anew.`,
  };
}

/**
 * What was claimed before an interruption is looked up and finished; what was not sent by then starts only if it could be
 * claimed now: in time, allowed, not frozen, with approvals that still count (R8, R11, R24, R31).
 */
async function stillMay(deps: Deps, request: Request): Promise<Refusal | null> {
  const through = { throughFreezes: goesThroughFreezes(deps, request) };
  const forbids = await mayWrite(deps, request, through);
  if (forbids !== null) return forbids;
  if (request.startBy !== null && deps.clock.now() >= request.startBy) {
    return refuse("expired", "its approval ended while I was away.", "Ask anew.");
  }
  const decision = await decideAgain(deps, request, request.plan, through);
  if (isRefusal(decision)) return decision;
  if (decision.kind === "deny") return denied(decision, { verb: request.invocation.verb });
  const asked = decision.kind === "approvals" ? decision.requirement : null;
  const { requirement } = request;
  const needed = requirement === null || asked === null ? (requirement ?? asked) : stricter(requirement, asked);
  const { standings, unknown } = await lookAt(deps.people, request);
  if (unknown !== null) return unknown;
  if (quorumOf({ ...request, requirement: needed }, standings).met) return null;
  if (standingGlass(request) !== null) return glassNow(deps, request, request.plan);
  return refuse("not-eligible", "its approvals no longer count.", "Ask anew.");
}
