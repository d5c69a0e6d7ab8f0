// Reads back that somebody may now do what was granted: asked of the cluster's authorizer until it says yes.
import type { Goal } from "../../core/plan.ts";
import type { GoalOutcome } from "../../core/ports/clusters.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { Deps } from "../deps.ts";

type AccessGoal = Extract<Goal, { kind: "access" }>;

/** An authorizer hears of a new binding a moment later than the API that stored it. */
const againMs = 500;

export async function followAccess(deps: Deps, goal: AccessGoal, signal: AbortSignal): Promise<GoalOutcome> {
  const cluster = deps.clusters.get(goal.object.cluster);
  if (cluster === null) return { kind: "aborted", says: `There is no cluster ${goal.object.cluster} any more.` };
  const { verb, resource } = goal.access;
  const what = `${verb} ${resource}`;
  let last = "nothing was asked";
  while (!signal.aborted) {
    const answer = await cluster.mayDo(goal.subject, goal.access);
    if (!isRefusal(answer) && answer.allowed) return { kind: "reached", says: `The cluster says yes to ${what}.` };
    last = isRefusal(answer) ? answer.message : `the cluster says no to ${what}`;
    await deps.clock.wait(againMs, signal);
  }
  return { kind: "aborted", says: last };
}
