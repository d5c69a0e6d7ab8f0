// After an interruption: what was being done is looked up, never repeated blindly, and then brought to its end.
import type { Holder } from "../approvals/events.ts";
import type { RequestId } from "../core/ids.ts";
import { isRefusal } from "../core/refusal.ts";
import { carryOut } from "./carry-out.ts";
import { finish } from "./execute.ts";
import { type Executing, type JobOutcome, leaseMs } from "./executing.ts";
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
  const carried = await carryOut(executing, taken, holder);
  await finish(executing, taken, { holder, carried });
  return { kind: "done" };
}
