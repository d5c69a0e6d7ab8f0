// Whether an object still holds what was written into it: the read-back of changes that roll nothing out.
import { fullName } from "../core/kube.ts";
import type { Goal, Plan, PreviewedChange } from "../core/plan.ts";
import type { Cluster, GoalOutcome } from "../core/ports/clusters.ts";
import { isRefusal } from "../core/refusal.ts";
import { readFresh, unlikeSince } from "./write-change.ts";

type Present = Extract<Goal, { kind: "present" }>;

/** After the object was found: reached only when every field that the plan set has the value that was approved (R28). */
export async function stillSo(
  cluster: Cluster,
  plan: Plan,
  goal: Present,
  unstablePaths: readonly string[],
): Promise<GoalOutcome> {
  const name = fullName(goal.object);
  const change = plan.changes.find(
    (one): one is PreviewedChange => one.kind === "object" && fullName(one.object) === name,
  );
  if (change === undefined) return { kind: "reached", says: `${name} is there.` };
  const live = await readFresh(cluster, change);
  if (isRefusal(live)) return { kind: "aborted", says: live.message };
  if (live === null) return { kind: "failed", says: `${name} is gone again.` };
  const paths = unlikeSince(change, live, unstablePaths);
  if (paths.length === 0) return { kind: "reached", says: `${name} holds what was written.` };
  return { kind: "failed", says: `${name} was written, and somebody changed ${paths.join(", ")} since.` };
}
