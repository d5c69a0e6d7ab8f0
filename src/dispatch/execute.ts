// Execution of an approved request: lock, observe and decide again, claim, write each change once, hand over to verification.

import type { Holder } from "../approvals/events.ts";
import { newNonce, type RequestId } from "../core/ids.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { type Request, standingGlass } from "../core/request.ts";
import { append } from "./append.ts";
import { glassNow, goesThroughFreezes } from "./break-glass.ts";
import { carryOut } from "./carry-out.ts";
import { decideAgain } from "./decide-again.ts";
import { denied } from "./denied.ts";
import type { Deps } from "./deps.ts";
import { planChanges, planDrift } from "./drift.ts";
import { type Acting, actAs, type Carried, type Executing, type JobOutcome, leaseMs, planAgain } from "./executing.ts";
import type { MustLeave } from "./leaving.ts";
import { lockKeys } from "./lock-keys.ts";
import { mayWrite, onlySettings } from "./may-write.ts";
import { requestEvent } from "./record.ts";
import { whyNotUnder } from "./same-policy.ts";
import { transition } from "./transition.ts";
import { handOver, supersedeWatchers, watch } from "./verify.ts";

/** How long a request that can't start now waits before it is tried again. */
const againMs = 3_000;

export async function execute(executing: Executing, id: RequestId, mustLeave: MustLeave): Promise<JobOutcome> {
  const { deps } = executing;
  const request = await deps.store.requests.get(id);
  if (request === null || request.state !== "approved") return { kind: "done" };
  const { notBefore } = request.plan;
  if (notBefore !== undefined && deps.clock.now() < notBefore) return { kind: "later", at: notBefore };
  const waits = await notNow(deps, request);
  if (waits !== null) return later(deps, request, waits);
  const held = await takeLocks(deps, request);
  if (held === "not-approved") return { kind: "done" };
  if (held !== null) return later(deps, request, `waiting for ${held}, which holds the target`);
  const acting = await actAs(executing, request);
  if (isRefusal(acting)) return giveUp(deps, request, acting);
  const claimed = await claimAfterLook(acting, request);
  if (isRefusal(claimed)) return giveUp(deps, request, claimed);
  if (claimed === "replanned") {
    await freeUnlessClaimed(deps, id);
    return { kind: "done" };
  }
  if (claimed.state !== "executing" || claimed.execution === null) {
    await freeUnlessClaimed(deps, id);
    return { kind: "done" };
  }
  await interrupt(executing, claimed);
  const holder: Holder = { runner: deps.runner, fence: claimed.execution.fence };
  const carried = await carryOut(acting, claimed, {
    holder,
    mustLeave,
    maySend: (now) => mayWrite(deps, now, { throughFreezes: goesThroughFreezes(deps, now) }),
  });
  await finish(acting, claimed, { holder, carried });
  return { kind: "done" };
}

/** Only while it is still approved: a lock of a request that has ended in the meantime would never be freed. */
async function takeLocks(deps: Deps, request: Request): Promise<RequestId | "not-approved" | null> {
  return deps.store.transact(async (tx) => {
    const now = await tx.requests.get(request.id);
    return now?.state === "approved" ? tx.locks.take(lockKeys(now.plan), now.id) : "not-approved";
  });
}

/** A halt stops everything but what only changes the bot's own settings: otherwise nothing could be let go on again. */
async function notNow(deps: Deps, request: Request): Promise<string | null> {
  const sealed = deps.sealedBecause();
  if (sealed !== null) return sealed.message;
  if (!onlySettings(request) && (await deps.store.settings.get("halted")) !== null) return "all execution is halted";
  return null;
}

/** The card says what it waits for: the holder's name, the halt, the freeze (R27). */
async function later(deps: Deps, request: Request, says: string): Promise<JobOutcome> {
  const now = deps.clock.now();
  if (request.startBy !== null && now >= request.startBy) {
    await transition(deps, request.id, { kind: "tick" });
    return { kind: "done" };
  }
  await transition(deps, request.id, { kind: "waits", says });
  return { kind: "later", at: now + againMs };
}

/** `rollback` and `pause` end the watching of an earlier result on the same object (R27). */
async function interrupt(executing: Executing, request: Request): Promise<void> {
  if (request.invocation.verb !== "rollback" && request.invocation.verb !== "pause") return;
  for (const key of lockKeys(request.plan)) {
    const watched = await executing.deps.store.requests.list({ states: ["verifying"], object: key, limit: 20 });
    await supersedeWatchers(
      executing,
      request,
      watched.map((one) => one.id),
    );
  }
}

/** Observed and decided again under the lock; only the same digest is claimed, anything else is asked anew (R5, R7). */
async function claimAfterLook(acting: Acting, request: Request): Promise<Request | "replanned" | Refusal> {
  const { deps } = acting;
  const plan = await planAgain(acting, request);
  if (isRefusal(plan)) return plan;
  const { since } = deps.policyFile.inForce();
  const decision = await decideAgain(deps, request, plan, { throughFreezes: goesThroughFreezes(deps, request) });
  if (isRefusal(decision)) return decision;
  if (plan.digest !== request.plan.digest) {
    if (decision.kind === "deny") return denied(decision, { verb: plan.verb });
    const replanned = await transition(deps, request.id, {
      kind: "replanned",
      plan,
      requirement: decision.kind === "approvals" ? decision.requirement : null,
      rules: decision.rules,
      policyDigest: decision.policy,
      nonce: newNonce(deps.random),
      changed: planChanges(request.plan, plan),
    });
    return isRefusal(replanned) ? replanned : "replanned";
  }
  const glass = standingGlass(request) === null ? undefined : await glassNow(deps, request, plan);
  if (glass?.code === "identity-unknown") return glass;
  return transition(
    deps,
    request.id,
    {
      kind: "claim",
      runner: deps.runner,
      leaseMs,
      digest: plan.digest,
      decision,
      drift: planDrift(request.plan, plan),
      ...(glass === undefined ? {} : { glass }),
    },
    { byUserId: request.requester.userId, also: (tx) => whyNotUnder(since, tx) },
  );
}

const passing: ReadonlySet<string> = new Set([
  ...["cluster-unreachable", "identity-unknown", "groups-too-old", "frozen", "freezes-unknown", "halted", "busy"],
]);

/** A passing trouble waits until the approval ends; anything else ends the request with the reason, and nothing was written. */
async function giveUp(deps: Deps, request: Request, refusal: Refusal): Promise<JobOutcome> {
  await freeUnlessClaimed(deps, request.id);
  if (passing.has(refusal.code)) return later(deps, request, refusal.message);
  if (refusal.code === "expired") {
    await transition(deps, request.id, { kind: "tick" });
    return { kind: "done" };
  }
  // The clock went back between two looks at it: nothing starts before its time.
  if (refusal.code === "too-early") return { kind: "later", at: request.plan.notBefore ?? deps.clock.now() + againMs };
  if (refusal.code === "execution-started" || refusal.code === "request-over") return { kind: "done" };
  await deps.store.transact((tx) =>
    append(
      tx,
      requestEvent("execution.refused", request, {
        actor: null,
        outcome: "refused",
        details: { refusal: refusal.code, says: refusal.message },
      }),
      deps.channels.audit,
    ),
  );
  await transition(deps, request.id, {
    kind: "abandoned",
    says: `Nothing was changed: ${refusal.message} ${refusal.hint}`,
  });
  return { kind: "done" };
}

/** Of what is not being executed: where two runners looked at the same time, one of them claimed it and needs its locks. */
export async function freeUnlessClaimed(deps: Pick<Deps, "store">, id: RequestId): Promise<void> {
  await deps.store.transact(async (tx) => {
    if ((await tx.requests.get(id))?.state !== "executing") await tx.locks.free(id);
  });
}

/** All written: the result is watched. Anything else: the request ends with what is known, object by object. */
export async function finish(
  acting: Acting,
  request: Request,
  end: { readonly holder: Holder; readonly carried: Carried },
): Promise<void> {
  const { deps } = acting;
  const { holder, carried } = end;
  if (carried.kind === "lost") {
    deps.log.warn("execution was taken over", { request: request.id, says: carried.says });
    return;
  }
  if (carried.kind === "left") return handOver(deps, request, holder);
  if (carried.kind === "stopped") {
    await transition(deps, request.id, { kind: "ended", ...holder, outcome: carried.outcome, says: carried.says });
    return;
  }
  const written = await transition(deps, request.id, { kind: "written-all", ...holder });
  if (isRefusal(written)) {
    deps.log.error("written but not recorded as such", { request: request.id, says: written.message });
    return;
  }
  watch(acting, written, holder);
}
