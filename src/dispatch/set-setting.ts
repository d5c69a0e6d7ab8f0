// Changes one of the bot's own settings for a claimed request: compared with what was countersigned, set and recorded in one go.
import type { AuditEvent } from "../core/audit.ts";
import { digestOf } from "../core/digest.ts";
import { at, isJsonObject, type Json, mapAt, numberAt, textAt } from "../core/json.ts";
import type { PlannedSetting, SettingChange } from "../core/plan.ts";
import type { Tx } from "../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request, StepRecord } from "../core/request.ts";
import { append } from "./append.ts";
import type { Deps } from "./deps.ts";
import type { CutShort, Executing, One } from "./executing.ts";
import { freezeJob } from "./freezes.ts";
import { plainEvent, requestEvent } from "./record.ts";
import { entryOf, withEntry } from "./setting-entry.ts";
import { lostOrHalted } from "./step.ts";
import { transition } from "./transition.ts";

type Stepped = { readonly kind: "stepped"; readonly request: Request } | CutShort;

/** The setting and its record are one transaction: there is nothing in between. */
export async function setSetting(executing: Executing, request: Request, one: One<SettingChange>): Promise<Stepped> {
  const { deps } = executing;
  const { index, change, holder } = one;
  const step: StepRecord = {
    index,
    object: nameOf(change),
    state: "written",
    says: change.after === null ? "off" : "on",
    resourceVersion: null,
    auditId: null,
  };
  const set = await transition(
    deps,
    request.id,
    { kind: "step-recorded", ...holder, step },
    { also: (tx) => changeIt(deps, tx, request, change) },
  );
  if (isRefusal(set) && set.code === "plan-drifted")
    return { kind: "stopped", outcome: "failed", says: `${set.message} Nothing was changed.` };
  if (isRefusal(set)) return lostOrHalted(set);
  await deps.settingChanged(change.setting);
  return { kind: "stepped", request: set };
}

export function nameOf({ setting, item }: Pick<SettingChange, "setting" | "item">): string {
  return item === undefined ? `setting ${setting}` : `setting ${setting}/${item}`;
}

async function changeIt(deps: Deps, tx: Tx, request: Request, change: SettingChange): Promise<Refusal | null> {
  const { setting, item } = change;
  const whole = await tx.settings.get(setting);
  const before = item === undefined ? whole : entryOf(whole, item);
  if (!isAsPlanned(change, before))
    return refuse(
      "plan-drifted",
      `${nameOf(change)} is no longer as it was when ${request.id} was planned.`,
      "Ask anew to see what would be done now.",
    );
  const after = settingValue(deps, request, change);
  await tx.settings.set(setting, item === undefined ? after : withEntry(whole, item, after));
  const shown = { before: recordedSetting(setting, before), after: recordedSetting(setting, after) };
  const details = { setting, ...(item === undefined ? {} : { item }), ...shown, why: request.reason };
  const event = requestEvent("setting.changed", request, {
    actor: null,
    details: { ...details, by: request.requester.userId },
  });
  await append(tx, event, deps.channels.audit);
  if (setting === "policy") await append(tx, policyLoaded(request, change), deps.channels.audit);
  if (setting === "freezes" && after !== null)
    await tx.jobs.put(freezeJob(request.id, { name: textAt(after, "name"), until: numberAt(after, 0, "until") }));
  return null;
}

/** A halt is on or off, whoever made it; anything else must be exactly what the plan was made from. */
function isAsPlanned(change: SettingChange, before: Json | null): boolean {
  if (change.setting === "halted") return (before === null) === (change.before === null);
  // By its words: the digest beside them is of the version of the bot that accepted it, and may be read otherwise by this one.
  if (change.setting === "policy")
    return digestOf(mapAt(before, "source")) === digestOf(mapAt(change.before, "source"));
  return digestOf(before) === digestOf(change.before);
}

/** Who, when and why is of the request; everything else is set exactly as it was countersigned. */
function settingValue(deps: Deps, request: Request, { setting, after }: SettingChange): Json {
  if (after === null) return null;
  const reason = request.reason ?? "no reason given";
  if (setting === "halted") return { by: request.requester.name, at: deps.clock.now(), reason };
  if (setting === "policy" && isJsonObject(after)) return { ...after, at: deps.clock.now() };
  if (setting !== "freezes" || !isJsonObject(after)) return after;
  return { ...after, reason, by: { userId: request.requester.userId, name: request.requester.name } };
}

function policyLoaded(request: Request, { before, after }: SettingChange): AuditEvent {
  const details = { policy: textAt(after, "digest"), before: textAt(before, "digest"), by: request.id };
  return { ...plainEvent("policy.loaded", { actor: null, details }), request: request.id };
}

/** A policy stands in the record as its digest: the whole of it is in the plan that was countersigned. */
function recordedSetting(setting: PlannedSetting, value: Json): Json {
  return setting === "policy" ? (at(value, "digest") ?? value) : value;
}
