// Records what happened to one change of a request, under the fence of whoever holds it.
import { changeName } from "../core/change-name.ts";
import type { PlannedChange } from "../core/plan.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Request, StepRecord } from "../core/request.ts";
import type { CutShort, Executing, One } from "./executing.ts";
import { transition } from "./transition.ts";

export async function record(
  executing: Executing,
  request: Request,
  one: Pick<One<PlannedChange>, "index" | "holder"> & { readonly change: PlannedChange },
  step: Pick<StepRecord, "state" | "says"> & Partial<StepRecord>,
): Promise<Request | Refusal> {
  const whole: StepRecord = {
    index: one.index,
    object: changeName(one.change),
    resourceVersion: null,
    auditId: null,
    ...step,
  };
  return transition(executing.deps, request.id, { kind: "step-recorded", ...one.holder, step: whole });
}

export function lostOrHalted(refusal: Refusal): CutShort {
  if (refusal.code === "halted")
    return {
      kind: "stopped",
      outcome: "failed",
      says: "Halted before the next change was sent; what came before is written.",
    };
  return { kind: "lost", says: refusal.message };
}
