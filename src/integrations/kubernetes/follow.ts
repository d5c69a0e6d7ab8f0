// Follows one object until a goal is reached, has failed, or the caller has waited long enough.
import { at, isJsonObject, type JsonObject, listAt, numberAt, textAt } from "../../core/json.ts";
import { collectionPath, type ObjectRef, pathOf } from "../../core/kube.ts";
import type { FollowedGoal } from "../../core/plan.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { GoalOutcome, Progress } from "../../core/ports/clusters.ts";
import { isRefusal } from "../../core/refusal.ts";
import { rolloutStatus } from "../../kubernetes/rollout-status.ts";
import type { Api } from "./api.ts";
import type { BackOff } from "./back-off.ts";
import { retryAfterMs, statusSentence } from "./refusals.ts";
import { type WatchEnd, watchOnce } from "./watch.ts";

/** What the object as it is now says about the goal; null when it must still change. */
type Judged = { readonly outcome: GoalOutcome | null; readonly progress: Progress };

export interface FollowParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly backOff: BackOff;
  readonly signal: AbortSignal;
  readonly progress: (step: Progress) => void;
}

/**
 * Lists the one object, then watches it from there, again and again. The object of another uid is never followed: that is a
 * failure. Whether an object exists one look tells, for which `get` is right enough. `aborted` also when the server lets nobody look; the caller's signal is the only deadline.
 */
export async function follow(parts: FollowParts, goal: FollowedGoal): Promise<GoalOutcome> {
  const { path, query } = firstLook(goal);
  const told = { says: "" };
  const judgeAndTell = (object: JsonObject | null): GoalOutcome | null => {
    const { outcome, progress } = judge(goal, object);
    if (progress.says !== told.says) parts.progress(progress);
    told.says = progress.says;
    return outcome;
  };
  while (!parts.signal.aborted) {
    const ask = { method: "GET", path, query, deadlineMs: parts.api.timing.callMs, signal: parts.signal } as const;
    const answer = await parts.api.send(ask);
    if (isRefusal(answer)) return { kind: "aborted", says: `It cannot be followed: ${answer.message}` };
    if (goal.kind === "present" && answer.kind === "answer" && answer.status === 404)
      return judge(goal, null).outcome ?? neverClear;
    if (answer.kind === "answer" && (answer.status === 403 || answer.status === 404 || answer.status === 400)) {
      return { kind: "aborted", says: `It cannot be followed: ${statusSentence(answer, path)}` };
    }
    let waitMs = answer.kind === "answer" ? retryAfterMs(answer) : null;
    if (answer.kind === "answer" && answer.status === 200) {
      const found = goal.kind === "present" ? answer.body : listAt(answer.body, "items")[0];
      const outcome = judgeAndTell(isJsonObject(found) ? { ...found, kind: goal.object.kind.kind } : null);
      if (outcome !== null) return outcome;
      const watched = await watchOn(parts, goal, textAt(answer.body, "metadata", "resourceVersion"), judgeAndTell);
      if (watched.outcome !== null) return watched.outcome;
      waitMs = watched.end.kind === "broken" ? watched.end.waitMs : null;
    }
    await parts.clock.wait(parts.backOff.next(waitMs), parts.signal);
  }
  return neverClear;
}

const neverClear: GoalOutcome = { kind: "aborted", says: "The watching ended before the result was clear." };

function firstLook({ kind, object }: FollowedGoal): {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
} {
  if (kind === "present") return { path: pathOf(object), query: {} };
  return {
    path: collectionPath(object.kind, object.namespace),
    query: { fieldSelector: `metadata.name=${object.name}` },
  };
}

async function watchOn(
  parts: FollowParts,
  goal: FollowedGoal,
  version: string,
  judgeAndTell: (object: JsonObject | null) => GoalOutcome | null,
): Promise<{ readonly outcome: GoalOutcome | null; readonly end: WatchEnd }> {
  const done = new AbortController();
  let outcome: GoalOutcome | null = null;
  const end = await watchOnce(parts.api, parts.clock, {
    path: collectionPath(goal.object.kind, goal.object.namespace),
    query: { fieldSelector: `metadata.name=${goal.object.name}`, resourceVersion: version, timeoutSeconds: "290" },
    signal: AbortSignal.any([parts.signal, done.signal]),
    opened: () => parts.backOff.reset(),
    event: ({ type, object }) => {
      if (outcome !== null || type === "BOOKMARK") return;
      outcome = judgeAndTell(type === "DELETED" ? null : object);
      if (outcome !== null) done.abort();
    },
  });
  return { outcome, end };
}

function judge(goal: FollowedGoal, object: JsonObject | null): Judged {
  const uid = goal.object.uid;
  const isOther = object !== null && uid !== "" && textAt(object, "metadata", "uid") !== uid;
  if (goal.kind === "gone") return judgeGone(goal.object, object === null || isOther);
  if (object === null) return ended("failed", `${goal.object.name} was deleted.`);
  if (isOther) return ended("failed", `${goal.object.name} was deleted and created again: it is another object now.`);
  switch (goal.kind) {
    case "present":
      return ended("reached", `${goal.object.name} exists.`);
    case "replicas":
      return judgeReplicas(object, goal.replicas);
    case "rollout": {
      const status = rolloutStatus(object);
      const progress = { done: status.done, total: status.total, says: status.says };
      if (status.kind === "progressing") return { outcome: null, progress };
      const kind = status.kind === "done" ? "reached" : status.kind === "failed" ? "failed" : "aborted";
      return { outcome: { kind, says: status.says }, progress };
    }
  }
}

function judgeGone(object: ObjectRef, isGone: boolean): Judged {
  if (isGone) return ended("reached", `${object.name} is gone.`);
  const says = `Waiting for ${object.name} to go...`;
  return { outcome: null, progress: { done: 0, total: 1, says } };
}

function judgeReplicas(object: JsonObject, wanted: number): Judged {
  const specified = numberAt(object, 1, "spec", "replicas");
  const ready = numberAt(object, 0, "status", "readyReplicas");
  const running = numberAt(object, 0, "status", "replicas");
  const says = `${ready} of ${wanted} replicas are ready`;
  const progress = { done: Math.min(ready, wanted), total: wanted, says };
  if (specified !== wanted) {
    return {
      outcome: { kind: "failed", says: `spec.replicas is ${specified}, not ${wanted}: somebody else set it.` },
      progress,
    };
  }
  const observed = at(object, "status", "observedGeneration");
  const isObserved = typeof observed === "number" && observed >= numberAt(object, 0, "metadata", "generation");
  if (!isObserved || ready !== wanted || running !== wanted) return { outcome: null, progress };
  return { outcome: { kind: "reached", says }, progress };
}

function ended(kind: "reached" | "failed", says: string): Judged {
  return { outcome: { kind, says }, progress: { done: kind === "reached" ? 1 : 0, total: 1, says } };
}
