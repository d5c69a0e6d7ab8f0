// What the steps of an execution share: who holds it, how long a claim and a write may last, what came of it.
import type { Holder } from "../approvals/events.ts";
import type { Asking } from "../core/action.ts";
import type { Person } from "../core/person.ts";
import type { Plan, PlannedChange } from "../core/plan.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request, StepRecord } from "../core/request.ts";
import { roleOf } from "../core/role.ts";
import type { Deps } from "./deps.ts";
import { invokeAgain } from "./invoke.ts";
import type { PortsFor } from "./ports.ts";
import { prepare } from "./prepare.ts";
import type { Watchers } from "./verify.ts";

/** A write is abandoned after this; shorter than the lease, so that nothing is sent under a lease that is over. */
export const writeDeadlineMs = 5_000;
/** A claim lives this long without a heartbeat; recovery waits for its end. */
export const leaseMs = 10_000;
export interface Executing {
  readonly deps: Deps;
  readonly portsFor: PortsFor;
  readonly watchers: Watchers;
}

/** An execution with its requester as they are now, and the clusters as that person, with the verb's role, sees them. */
export interface Acting extends Executing {
  /** A refusal when nobody knows the person any more, where clusters know the bot alone: then nothing is planned again. */
  readonly requester: Person | Refusal;
  readonly clusters: Clusters;
}

/** `done`: nothing more to do for this job. `later`: try again at that time. */
export type JobOutcome = { readonly kind: "done" } | { readonly kind: "later"; readonly at: number };

export type Carried =
  | { readonly kind: "all-written" }
  /** Ended with what is known; whatever came before this change is written. */
  | { readonly kind: "stopped"; readonly outcome: "failed" | "unknown"; readonly says: string }
  /** The runner stops: what was not begun yet is another's to do. */
  | { readonly kind: "left" }
  /** Another runner holds the request: nothing more is done or recorded here. */
  | { readonly kind: "lost"; readonly says: string };

/** What ends an execution before all is written, wherever in it. */
export type CutShort = Extract<Carried, { readonly kind: "stopped" | "lost" }>;

export interface One<C extends PlannedChange> {
  readonly index: number;
  readonly change: C;
  readonly holder: Holder;
  readonly known?: StepRecord | undefined;
}

/**
 * Never rebuilt from the record: link and groups count as they are now. Refuses when the account is another human's by now, and
 * where the directory does.
 */
export async function actAs(executing: Executing, request: Request): Promise<Acting | Refusal> {
  const { deps } = executing;
  const requester = await deps.people.person(request.requester.userId);
  if (isRefusal(requester)) return requester;
  const wasLinked = request.requester.human.startsWith("oidc:");
  if (wasLinked && requester.subject !== null && requester.human !== request.requester.human)
    return refuse(
      "not-linked",
      `The account of ${request.requester.name} is linked to somebody else than when it was asked.`,
      "Ask anew.",
    );
  return { ...executing, requester, clusters: viewFor(deps.clusters, requester, request.invocation.verb) };
}

/** As the person, with the role that an approval of this verb gives for dry runs and writes. */
export function viewFor(clusters: Clusters, person: Person, verb: string): Clusters {
  return clusters.as({ kind: "person", person, role: roleOf(verb) });
}

/** The same at planning and at execution, but for the person, who is as known now. */
export function askingOf(request: Request, person: Person): Asking {
  const { createdAt: requestedAt, id: requestId, reason, askedIn } = request;
  return { person, requestedAt, requestId, reason, channelId: askedIn.channelId };
}

export async function planAgain(acting: Acting, request: Request): Promise<Plan | Refusal> {
  const { deps, requester } = acting;
  if (isRefusal(requester)) return requester;
  const action = deps.verbs.get(request.invocation.verb);
  if (action === undefined)
    return refuse("no-such-verb", `“${request.invocation.verb}” is no verb any more.`, "Ask anew.");
  const invoked = await invokeAgain(acting.clusters, action, request.invocation);
  if (isRefusal(invoked)) return invoked;
  return prepare(deps, acting.portsFor(requester, action), {
    action,
    args: invoked.args,
    asking: askingOf(request, requester),
    digestKey: request.digestKey,
  });
}
