// Carries out the changes of a claimed request, one after another; resumable: what is already done is not done again.
import type { Holder } from "../approvals/events.ts";
import { fullName } from "../core/kube.ts";
import type { PlannedChange, PreviewedChange } from "../core/plan.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { makeTokenFirst } from "./access/make-token.ts";
import { carryMembership } from "./access/membership.ts";
import { goesThroughFreezes } from "./break-glass.ts";
import { clusterConfig } from "./deps.ts";
import {
  type Acting,
  type Carried,
  type CutShort,
  leaseMs,
  type One,
  planAgain,
  writeDeadlineMs,
} from "./executing.ts";
import type { MustLeave } from "./leaving.ts";
import { lookUp } from "./look-up.ts";
import { mayWrite } from "./may-write.ts";
import { setSetting } from "./set-setting.ts";
import { lostOrHalted, record } from "./step.ts";
import { transition } from "./transition.ts";
import { changedWords, sameChange, type WriteResult, writeChange } from "./write-change.ts";

/** A conflict means looking again; so many times. */
const attempts = 5;

/** Why nothing more may be sent for this request now, or null; asked before each change that was not sent yet. */
export type MaySend = (request: Request) => Promise<Refusal | null>;

export async function carryOut(
  acting: Acting,
  request: Request,
  of: { readonly holder: Holder; readonly maySend: MaySend; readonly mustLeave: MustLeave },
): Promise<Carried> {
  const { holder, maySend, mustLeave } = of;
  let current = request;
  for (const [index, change] of request.plan.changes.entries()) {
    const known = current.execution?.steps.find((step) => step.index === index);
    if (known?.state === "written" || known?.state === "found-done") continue;
    // What ended badly before an interruption ends as badly after it.
    if (known?.state === "changed" || known?.state === "refused")
      return { kind: "stopped", outcome: "failed", says: known.says };
    if (mustLeave()) return { kind: "left" };
    const refusal = known === undefined ? await maySend(current) : null;
    if (refusal !== null) return { kind: "stopped", outcome: "failed", says: stoppedWords(current, refusal) };
    const unready = await makeTokenFirst(acting, current, { index, holder, isResumed: known !== undefined });
    if (unready !== null) return unready;
    const done = await carryChange(acting, current, { index, change, holder, known, maySend, mustLeave });
    if (done.kind !== "stepped") return done;
    current = done.request;
  }
  return { kind: "all-written" };
}

function carryChange(
  acting: Acting,
  request: Request,
  one: One<PlannedChange> & { readonly maySend: MaySend; readonly mustLeave: MustLeave },
): Promise<Stepped> {
  const { change, ...rest } = one;
  switch (change.kind) {
    case "object":
      return carryOne(acting, request, { ...rest, change });
    case "setting":
      return setSetting(acting, request, { ...rest, change });
    case "membership":
      return carryMembership(acting, request, { ...rest, change });
  }
}

/** What was done by then and what was not: whoever froze or halted in the middle must know what they stopped. */
function stoppedWords(request: Request, refusal: Refusal): string {
  const all = request.plan.changes.length;
  const done = (request.execution?.steps ?? []).filter(
    ({ state }) => state === "written" || state === "found-done",
  ).length;
  const so = done === 0 ? "Nothing was written" : `${done} of ${all} changes were written, ${all - done} were not`;
  return `${so}. Not gone on with: ${refusal.message}`;
}

type Stepped = { readonly kind: "stepped"; readonly request: Request } | { readonly kind: "left" } | CutShort;

async function carryOne(
  acting: Acting,
  request: Request,
  one: One<PreviewedChange> & { readonly maySend: MaySend; readonly mustLeave: MustLeave },
): Promise<Stepped> {
  let { change } = one;
  let known = one.known;
  let reached = request;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1 && one.mustLeave()) return { kind: "left" };
    if (known !== undefined) {
      const looked = await lookUp(acting, reached, { ...one, change });
      if (looked.kind !== "not-done") return looked;
      const refusal = await one.maySend(reached);
      if (refusal !== null) return refused(acting, reached, one, `Not sent again: ${refusal.message}`);
    }
    const sent = await send(acting, reached, { ...one, change });
    if (sent.kind === "stopped" || sent.kind === "lost") return sent;
    reached = sent.request;
    const { result } = sent;
    if (result.kind !== "stale" && result.kind !== "unknown")
      return settle(acting, reached, { ...one, change }, result);
    if (result.kind === "unknown") {
      const marked = await record(acting, reached, one, { state: "unknown", says: result.says });
      if (isRefusal(marked)) return lostOrHalted(marked);
      known = marked.execution?.steps.find((step) => step.index === one.index);
      continue;
    }
    const again = await changeAgain(acting, reached, change);
    if (isRefusal(again)) return refused(acting, reached, one, again.message);
    change = again;
    known = undefined;
  }
  return refused(
    acting,
    reached,
    one,
    `${fullName(change.object)} kept changing while I wrote; after ${attempts} attempts nothing was written.`,
  );
}

type Answered = Exclude<WriteResult, { kind: "late" | "forbidden" }>;

type Sent = { readonly kind: "sent"; readonly request: Request; readonly result: Answered } | CutShort;

/** The intent is durable before the call; a lease that is over by then sends nothing. */
async function send(acting: Acting, request: Request, one: One<PreviewedChange>): Promise<Sent> {
  const { deps } = acting;
  const { holder, change } = one;
  const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs });
  if (isRefusal(alive)) return { kind: "lost", says: alive.message };
  const intended = await record(acting, request, one, {
    state: "intended",
    says: `${change.call.method} ${change.call.path}`,
  });
  if (isRefusal(intended) && intended.code !== "already-so") return lostOrHalted(intended);
  const held = isRefusal(intended) ? alive : intended;
  const cluster = acting.clusters.get(change.object.cluster);
  if (cluster === null)
    return { kind: "stopped", outcome: "failed", says: `There is no cluster ${change.object.cluster} any more.` };
  const leaseUntil = held.execution?.leaseUntil ?? 0;
  const unstablePaths = clusterConfig(deps, change.object.cluster)?.unstablePaths ?? [];
  const result = await writeChange({
    cluster,
    change,
    requestId: request.id,
    deadlineMs: writeDeadlineMs,
    unstablePaths,
    whyNotSend: async () => {
      const refusal = await mayWrite(deps, held, { throughFreezes: goesThroughFreezes(deps, held) });
      return refusal ?? (deps.clock.now() + writeDeadlineMs <= leaseUntil ? null : "late");
    },
  });
  if (result.kind === "late") return { kind: "lost", says: "the lease ran out before the call was sent" };
  if (result.kind === "forbidden") {
    const { message } = result.refusal;
    const unsent = await record(acting, held, one, { state: "refused", says: `Not sent: ${message}` });
    if (isRefusal(unsent)) return lostOrHalted(unsent);
    return { kind: "stopped", outcome: "failed", says: stoppedWords(unsent, result.refusal) };
  }
  return { kind: "sent", request: held, result };
}

async function settle(
  acting: Acting,
  request: Request,
  one: One<PreviewedChange>,
  result: Exclude<Answered, { kind: "stale" | "unknown" }>,
): Promise<Stepped> {
  if (result.kind === "refused")
    return refused(acting, request, one, `${result.refusal.message} ${result.refusal.hint}`);
  const { resourceVersion, auditId } = result;
  if (result.kind === "written") {
    const says = "Written as approved.";
    const step = await record(acting, request, one, { state: "written", says, resourceVersion, auditId });
    return isRefusal(step) ? lostOrHalted(step) : { kind: "stepped", request: step };
  }
  const says = changedWords(one.change, result.paths);
  const step = await record(acting, request, one, { state: "changed", says, resourceVersion, auditId });
  return isRefusal(step) ? lostOrHalted(step) : { kind: "stopped", outcome: "failed", says };
}

async function refused(acting: Acting, request: Request, one: One<PreviewedChange>, says: string): Promise<Stepped> {
  const step = await record(acting, request, one, { state: "refused", says });
  if (isRefusal(step)) return lostOrHalted(step);
  return { kind: "stopped", outcome: "failed", says: `Stopped at ${fullName(one.change.object)}: ${says}` };
}

/** Planned anew after a conflict: only if this change means exactly what was approved does it go on. */
async function changeAgain(
  acting: Acting,
  request: Request,
  approved: PreviewedChange,
): Promise<PreviewedChange | Refusal> {
  const plan = await planAgain(acting, request);
  if (isRefusal(plan)) return plan;
  const name = fullName(approved.object);
  const again = plan.changes.find(
    (change): change is PreviewedChange => change.kind === "object" && fullName(change.object) === name,
  );
  if (again !== undefined && sameChange(again, approved)) return again;
  return {
    kind: "refusal",
    code: "plan-drifted",
    message: `${name} changed between approval and writing: what would be done now is not what was approved. Nothing was written to it.`,
    hint: "Ask anew to see what would be done now.",
  };
}
