// Carries out the changes of a claimed request, one after another; resumable: what is already done is not done again.
import type { Holder } from "../approvals/events.ts";
import type { AuditEvent } from "../core/audit.ts";
import { at, isJsonObject, type Json, textAt } from "../core/json.ts";
import { fullName } from "../core/kube.ts";
import type { PlannedChange, PlannedSetting, PreviewedChange, SettingChange } from "../core/plan.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Request, StepRecord } from "../core/request.ts";
import { carryMembership } from "./access/membership.ts";
import { append } from "./append.ts";
import { clusterConfig, type Deps } from "./deps.ts";
import { type Carried, callerOf, type Executing, leaseMs, type One, planAgain, writeDeadlineMs } from "./executing.ts";
import { lookUp } from "./look-up.ts";
import { plainEvent, requestEvent } from "./record.ts";
import { lostOrHalted, record } from "./step.ts";
import { transition } from "./transition.ts";
import { changedWords, sameChange, type WriteResult, writeChange } from "./write-change.ts";

/** A conflict means looking again; so many times. */
const attempts = 5;

/** Why nothing more may be sent for this request now, or null; asked before each change that was not sent yet. */
export type MaySend = (request: Request) => Promise<Refusal | null>;

export async function carryOut(
  executing: Executing,
  request: Request,
  of: { readonly holder: Holder; readonly maySend: MaySend },
): Promise<Carried> {
  const { holder } = of;
  let current = request;
  for (const [index, change] of request.plan.changes.entries()) {
    const known = current.execution?.steps.find((step) => step.index === index);
    if (known?.state === "written" || known?.state === "found-done") continue;
    // What ended badly before an interruption ends as badly after it.
    if (known?.state === "changed" || known?.state === "refused")
      return { kind: "stopped", outcome: "failed", says: known.says };
    const refusal = known === undefined ? await of.maySend(current) : null;
    if (refusal !== null) return { kind: "stopped", outcome: "failed", says: `Not gone on with: ${refusal.message}` };
    const done = await carryChange(executing, current, { index, change, holder, known, maySend: of.maySend });
    if (done.kind !== "stepped") return done;
    current = done.request;
  }
  return { kind: "all-written" };
}

function carryChange(
  executing: Executing,
  request: Request,
  one: One<PlannedChange> & { readonly maySend: MaySend },
): Promise<Stepped> {
  const { change, ...rest } = one;
  switch (change.kind) {
    case "object":
      return carryOne(executing, request, { ...rest, change });
    case "setting":
      return setSetting(executing, request, { ...rest, change });
    case "membership":
      return carryMembership(executing, request, { ...rest, change });
  }
}

type Stepped = { readonly kind: "stepped"; readonly request: Request } | Exclude<Carried, { kind: "all-written" }>;

/** The setting and its record are one transaction: there is nothing in between. */
async function setSetting(
  executing: Executing,
  request: Request,
  { index, change, holder }: One<SettingChange>,
): Promise<Stepped> {
  const { deps } = executing;
  const step: StepRecord = {
    index,
    object: `setting ${change.setting}`,
    state: "written",
    says: change.after === null ? "off" : "on",
    resourceVersion: null,
    auditId: null,
  };
  const after = settingValue(deps, request, change);
  const set = await transition(
    deps,
    request.id,
    { kind: "step-recorded", ...holder, step },
    {
      also: async (tx) => {
        const before = await tx.settings.get(change.setting);
        await tx.settings.set(change.setting, after);
        const shown = {
          before: recordedSetting(change.setting, before),
          after: recordedSetting(change.setting, after),
        };
        const details = { setting: change.setting, ...shown, why: request.reason, by: request.requester.userId };
        await append(tx, requestEvent("setting.changed", request, { actor: null, details }), deps.channels.audit);
        if (change.setting === "policy") await append(tx, policyLoaded(request, change), deps.channels.audit);
        return null;
      },
    },
  );
  if (isRefusal(set)) return lostOrHalted(set);
  await deps.settingChanged(change.setting);
  return { kind: "stepped", request: set };
}

/** Who halted and when is of the execution; everything else is set exactly as it was countersigned. */
function settingValue(deps: Deps, request: Request, change: SettingChange): Json {
  if (change.setting === "policy" && isJsonObject(change.after)) return { ...change.after, at: deps.clock.now() };
  if (change.setting !== "halted" || change.after === null) return change.after;
  return { by: request.requester.name, at: deps.clock.now(), reason: request.reason ?? "no reason given" };
}

function policyLoaded(request: Request, { before, after }: SettingChange): AuditEvent {
  const details = { policy: textAt(after, "digest"), before: textAt(before, "digest"), by: request.id };
  return { ...plainEvent("policy.loaded", { actor: null, details }), request: request.id };
}

/** A policy stands in the record as its digest: the whole of it is in the plan that was countersigned. */
function recordedSetting(setting: PlannedSetting, value: Json): Json {
  return setting === "policy" ? (at(value, "digest") ?? value) : value;
}

async function carryOne(
  executing: Executing,
  request: Request,
  one: One<PreviewedChange> & { readonly maySend: MaySend },
): Promise<Stepped> {
  let { change } = one;
  let known = one.known;
  let reached = request;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (known !== undefined) {
      const looked = await lookUp(executing, reached, { ...one, change });
      if (looked.kind !== "not-done") return looked;
      const refusal = await one.maySend(reached);
      if (refusal !== null) return refused(executing, reached, one, `Not sent again: ${refusal.message}`);
    }
    const sent = await send(executing, reached, { ...one, change });
    if (sent.kind === "stopped" || sent.kind === "lost") return sent;
    reached = sent.request;
    const { result } = sent;
    if (result.kind !== "stale" && result.kind !== "unknown")
      return settle(executing, reached, { ...one, change }, result);
    if (result.kind === "unknown") {
      const marked = await record(executing, reached, one, { state: "unknown", says: result.says });
      if (isRefusal(marked)) return lostOrHalted(marked);
      known = marked.execution?.steps.find((step) => step.index === one.index);
      continue;
    }
    const again = await changeAgain(executing, reached, change);
    if (isRefusal(again)) return refused(executing, reached, one, again.message);
    change = again;
    known = undefined;
  }
  return refused(
    executing,
    reached,
    one,
    `${fullName(change.object)} kept changing while I wrote; after ${attempts} attempts nothing was written.`,
  );
}

type Answered = Exclude<WriteResult, { kind: "late" }>;

type Sent =
  | { readonly kind: "sent"; readonly request: Request; readonly result: Answered }
  | Exclude<Carried, { kind: "all-written" }>;

/** The intent is durable before the call; a lease that is over by then sends nothing. */
async function send(executing: Executing, request: Request, one: One<PreviewedChange>): Promise<Sent> {
  const { deps } = executing;
  const { holder, change } = one;
  const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs });
  if (isRefusal(alive)) return { kind: "lost", says: alive.message };
  const intended = await record(executing, request, one, {
    state: "intended",
    says: `${change.call.method} ${change.call.path}`,
  });
  if (isRefusal(intended) && intended.code !== "already-so") return lostOrHalted(intended);
  const held = isRefusal(intended) ? alive : intended;
  const cluster = deps.clusters.get(change.object.cluster);
  if (cluster === null)
    return { kind: "stopped", outcome: "failed", says: `There is no cluster ${change.object.cluster} any more.` };
  const leaseUntil = held.execution?.leaseUntil ?? 0;
  const unstablePaths = clusterConfig(deps, change.object.cluster)?.unstablePaths ?? [];
  const result = await writeChange({
    cluster,
    change,
    caller: callerOf(),
    requestId: request.id,
    deadlineMs: writeDeadlineMs,
    unstablePaths,
    mayStillSend: () => deps.clock.now() + writeDeadlineMs <= leaseUntil,
  });
  if (result.kind === "late") return { kind: "lost", says: "the lease ran out before the call was sent" };
  return { kind: "sent", request: held, result };
}

async function settle(
  executing: Executing,
  request: Request,
  one: One<PreviewedChange>,
  result: Exclude<Answered, { kind: "stale" | "unknown" }>,
): Promise<Stepped> {
  if (result.kind === "refused")
    return refused(executing, request, one, `${result.refusal.message} ${result.refusal.hint}`);
  const { resourceVersion, auditId } = result;
  if (result.kind === "written") {
    const says = "Written as approved.";
    const step = await record(executing, request, one, { state: "written", says, resourceVersion, auditId });
    return isRefusal(step) ? lostOrHalted(step) : { kind: "stepped", request: step };
  }
  const says = changedWords(one.change, result.paths);
  const step = await record(executing, request, one, { state: "changed", says, resourceVersion, auditId });
  return isRefusal(step) ? lostOrHalted(step) : { kind: "stopped", outcome: "failed", says };
}

async function refused(
  executing: Executing,
  request: Request,
  one: One<PreviewedChange>,
  says: string,
): Promise<Stepped> {
  const step = await record(executing, request, one, { state: "refused", says });
  if (isRefusal(step)) return lostOrHalted(step);
  return { kind: "stopped", outcome: "failed", says: `Stopped at ${fullName(one.change.object)}: ${says}` };
}

/** Planned anew after a conflict: only if this change means exactly what was approved does it go on. */
async function changeAgain(
  executing: Executing,
  request: Request,
  approved: PreviewedChange,
): Promise<PreviewedChange | Refusal> {
  const plan = await planAgain(executing, request);
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
