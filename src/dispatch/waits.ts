// What an approved request waits for that is not its own trouble: its turn on the target, or room on the cluster.
import type { Behind } from "../core/ports/jobs.ts";
import type { Job } from "../core/ports/store.ts";
import type { Deps } from "./deps.ts";
import { transition } from "./transition.ts";

/** Pure. The card's words after “waiting for” (R27). */
export function waitsFor(behind: Behind): string {
  if (behind.kind === "cluster")
    return `waiting for room on ${behind.cluster}, where ${behind.underWay} executions are under way`;
  const { request } = behind.before;
  return behind.isUnderWay
    ? `waiting for ${request}, which holds the target`
    : `waiting for ${request}, which is before it on the same target`;
}

/** Says it on the card; a request that is over, or says so already, refuses, and that is all right. */
export async function tellWaits(deps: Deps, job: Job, behind: Behind): Promise<void> {
  await transition(deps, job.request, { kind: "waits", says: waitsFor(behind) });
  deps.nudge();
}
