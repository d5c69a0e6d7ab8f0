// Records what happened to one change of a request, under the fence of whoever holds it.
import { fullName } from "../core/kube.ts";
import type { PlannedChange, PreviewedChange } from "../core/plan.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Request, StepRecord } from "../core/request.ts";
import type { Carried, Executing, One } from "./executing.ts";
import { transition } from "./transition.ts";

export async function record(
  executing: Executing,
  request: Request,
  one: Pick<One<PlannedChange>, "index" | "holder"> & { readonly change: PreviewedChange },
  step: Pick<StepRecord, "state" | "says"> & Partial<StepRecord>,
): Promise<Request | Refusal> {
  const whole: StepRecord = {
    index: one.index,
    object: fullName(one.change.object),
    resourceVersion: null,
    auditId: null,
    ...step,
  };
  return transition(executing.deps, request.id, { kind: "step-recorded", ...one.holder, step: whole });
}

export function lostOrHalted(refusal: Refusal): Exclude<Carried, { kind: "all-written" }> {
  if (refusal.code === "halted")
    return {
      kind: "stopped",
      outcome: "failed",
      says: "Halted before the next change was sent; what came before is written.",
    };
  return { kind: "lost", says: refusal.message };
}
