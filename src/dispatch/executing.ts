// What the steps of an execution share: who holds it, how long a claim and a write may last, what came of it.
import type { Holder } from "../approvals/events.ts";
import type { Asking } from "../core/action.ts";
import { changeName } from "../core/change-name.ts";
import type { Plan, PlannedChange } from "../core/plan.ts";
import type { Caller } from "../core/ports/clusters.ts";
import type { Ports } from "../core/ports/index.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request, StepRecord } from "../core/request.ts";
import type { Deps } from "./deps.ts";
import { invokeAgain } from "./invoke.ts";
import { prepare } from "./prepare.ts";
import type { Watchers } from "./verify.ts";

/** A write is abandoned after this; shorter than the lease, so that nothing is sent under a lease that is over. */
export const writeDeadlineMs = 5_000;
/** A claim lives this long without a heartbeat; recovery waits for its end. */
export const leaseMs = 10_000;
export interface Executing {
  readonly deps: Deps;
  readonly ports: Ports;
  readonly watchers: Watchers;
}

/** `done`: nothing more to do for this job. `later`: try again at that time. */
export type JobOutcome = { readonly kind: "done" } | { readonly kind: "later"; readonly at: number };

export type Carried =
  | { readonly kind: "all-written" }
  /** Ended with what is known; whatever came before this change is written. */
  | { readonly kind: "stopped"; readonly outcome: "failed" | "unknown"; readonly says: string }
  /** Another runner holds the request: nothing more is done or recorded here. */
  | { readonly kind: "lost"; readonly says: string };

export interface One<C extends PlannedChange> {
  readonly index: number;
  readonly change: C;
  readonly holder: Holder;
  readonly known?: StepRecord | undefined;
}

export function lockKeys(plan: Plan): readonly string[] {
  const keys = plan.changes.map((change) =>
    change.kind === "setting" ? `setting/${change.setting}` : changeName(change),
  );
  return [...new Set(keys)].sort();
}

export function callerOf(): Caller {
  return { kind: "bot" };
}

export function askingOf(request: Request): Asking {
  const { requester } = request;
  return {
    person: {
      ...requester,
      account: { enterpriseId: null, teamId: "", userId: requester.userId },
      subject: null,
      assurance: "none",
      zone: "UTC",
      groups: [],
    },
    requestedAt: request.createdAt,
    requestId: request.id,
    reason: request.reason,
    channelId: request.askedIn.channelId,
  };
}

export async function planAgain(executing: Executing, request: Request): Promise<Plan | Refusal> {
  const { deps, ports } = executing;
  const action = deps.verbs.get(request.invocation.verb);
  if (action === undefined)
    return refuse("no-such-verb", `“${request.invocation.verb}” is no verb any more.`, "Ask anew.");
  const invoked = await invokeAgain(deps.clusters, action, request.invocation);
  if (isRefusal(invoked)) return invoked;
  return prepare(deps, ports, {
    action,
    args: invoked.args,
    asking: askingOf(request),
    caller: callerOf(),
    digestKey: request.digestKey,
  });
}
