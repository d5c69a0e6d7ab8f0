// Watching a written result to its end: "done" is said only after it was read back.
import type { Holder } from "../approvals/events.ts";
import type { RequestId } from "../core/ids.ts";
import { type Json, textAt } from "../core/json.ts";
import type { Goal, Plan } from "../core/plan.ts";
import type { GoalOutcome, Progress } from "../core/ports/clusters.ts";
import { noSpans } from "../core/ports/spans.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { followAccess } from "./access/follow-access.ts";
import { activate, lookAtGrant } from "./access/follow-request.ts";
import { followMembership } from "./access/membership.ts";
import { clusterConfig, type Deps } from "./deps.ts";
import type { Acting, Executing } from "./executing.ts";
import { entryOf } from "./setting-entry.ts";
import { stillSo } from "./still-so.ts";
import { refreshCard, transition } from "./transition.ts";

/** The results that this process watches, and how to end it. */
export type Watchers = Map<RequestId, { readonly abort: AbortController; readonly ended: Promise<void> }>;

/** Why a watch ends when the process does: the result is another's to look at. */
const leaving = "leaving";
const watchLeaseMs = 30_000;
const heartbeatMs = 10_000;

/** Starts watching; a watch of the same request under an earlier fence, which could record nothing any more, ends. */
export function watch(acting: Acting, request: Request, holder: Holder): void {
  const { watchers, deps } = acting;
  stopWatching(watchers, request.id);
  const abort = new AbortController();
  const span = { name: "verification", request: request.id } as const;
  const ended = (deps.spans ?? noSpans)
    .within(span, () => verify(acting, { request, holder, signal: abort.signal }))
    .catch((error: unknown) =>
      deps.log.error("verification failed", { request: request.id, error: error instanceof Error ? error : undefined }),
    )
    .finally(() => {
      if (watchers.get(request.id)?.abort === abort) watchers.delete(request.id);
    });
  watchers.set(request.id, { abort, ended });
}

interface Verifying {
  readonly request: Request;
  readonly holder: Holder;
  readonly signal: AbortSignal;
}

async function verify(acting: Acting, verifying: Verifying): Promise<void> {
  const { deps } = acting;
  const { request, holder, signal } = verifying;
  const late = new AbortController();
  const stop = AbortSignal.any([signal, late.signal]);
  const timer = deps.clock.wait(request.plan.verifyWithinMs, stop).then(() => late.abort());
  let isAnothers = false;
  const lost = (): void => {
    isAnothers = true;
    late.abort();
  };
  const beating = beat(deps, request, { holder, signal: stop, lost });
  let tookTooLong = false;
  let outcomes: readonly GoalOutcome[] = [];
  try {
    outcomes = await followAll(acting, { request, holder, signal: stop });
    tookTooLong = late.signal.aborted && !signal.aborted;
  } finally {
    late.abort();
    await Promise.all([timer, beating]);
  }
  if (signal.reason === leaving) return handOver(deps, request, holder);
  if (signal.aborted || isAnothers) return;
  const followed = endOf(outcomes, tookTooLong, request.plan.verifyWithinMs);
  const made = followed.outcome === "done" ? await lookAtGrant(deps, request) : null;
  const end = isRefusal(made)
    ? ({ outcome: "unconfirmed", says: `Not confirmed: ${made.message}` } as const)
    : followed;
  const ended = await transition(
    deps,
    request.id,
    { kind: "ended", ...holder, ...end },
    {
      also: async (tx, next) => {
        if (next.state === "done" && next.plan.followUp !== null)
          await tx.jobs.put({
            id: `follow-up:${next.id}`,
            kind: "follow-up",
            request: next.id,
            dueAt: deps.clock.now(),
          });
        return next.state === "done" && made !== null && !isRefusal(made) ? activate(deps, tx, next, made) : null;
      },
    },
  );
  if (isRefusal(ended) && ended.code !== "request-over")
    deps.log.warn("the end of a request was not recorded", { request: request.id, says: ended.message });
}

function endOf(
  outcomes: readonly GoalOutcome[],
  tookTooLong: boolean,
  withinMs: number,
): { outcome: "done" | "failed" | "unconfirmed"; says: string } {
  const failed = outcomes.filter((outcome) => outcome.kind === "failed");
  if (failed.length > 0) return { outcome: "failed", says: failed.map((outcome) => outcome.says).join(" ") };
  if (outcomes.every((outcome) => outcome.kind === "reached"))
    return { outcome: "done", says: outcomes.map((outcome) => outcome.says).join(" ") };
  const last = outcomes.map((outcome) => outcome.says).join(" ");
  const says = tookTooLong
    ? `Not confirmed within ${Math.round(withinMs / 60_000)} minutes. Last seen: ${last}`
    : `Not confirmed: ${last}`;
  return { outcome: "unconfirmed", says };
}

/** Another one looks at the result, or goes on with what was not begun, at once: nobody has to wait for the lease to run out. */
export async function handOver(deps: Deps, request: Request, holder: Holder): Promise<void> {
  const handed = await transition(deps, request.id, { kind: "handed-over", ...holder });
  if (!isRefusal(handed)) deps.log.info("a request is handed over", { request: request.id, state: handed.state });
}

interface Beating {
  readonly holder: Holder;
  readonly signal: AbortSignal;
  /** Told when the result is nobody's here to watch: the request ended, by whichever replica, or another one watches it. */
  readonly lost: () => void;
}

/** A store that does not answer for a moment must not end the watching: the lease may run out, and recovery takes it up. */
async function beat(deps: Deps, request: Request, { holder, signal, lost }: Beating): Promise<void> {
  while (!signal.aborted) {
    try {
      const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs: watchLeaseMs });
      if (isRefusal(alive)) return lost();
    } catch (error) {
      deps.log.warn("the lease of a watched request was not renewed", {
        request: request.id,
        error: error instanceof Error ? error : undefined,
      });
    }
    await deps.clock.wait(heartbeatMs, signal);
  }
}

async function followAll(acting: Acting, { request, signal }: Verifying): Promise<readonly GoalOutcome[]> {
  const tell = teller(acting.deps, request);
  const all: (Progress | null)[] = request.plan.goals.map(() => null);
  return Promise.all(
    request.plan.goals.map((goal, index) =>
      followOne(acting, goal, {
        plan: request.plan,
        signal,
        progress: (step) => {
          all[index] = step;
          tell(sum(all));
        },
      }),
    ),
  );
}

interface Following {
  readonly plan: Plan;
  readonly signal: AbortSignal;
  readonly progress: (step: Progress) => void;
}

async function followOne(
  { deps, clusters }: Acting,
  goal: Goal,
  { plan, signal, progress }: Following,
): Promise<GoalOutcome> {
  if (goal.kind === "setting") {
    return settingGoal(goal, await deps.store.settings.get(goal.setting));
  }
  if (goal.kind === "membership") return followMembership(deps, goal, signal);
  if (goal.kind === "access") return followAccess(deps, goal, signal);
  const cluster = clusters.get(goal.object.cluster);
  if (cluster === null) return { kind: "aborted", says: `There is no cluster ${goal.object.cluster} any more.` };
  const outcome = await cluster.follow(goal, signal, progress);
  if (goal.kind !== "present" || outcome.kind !== "reached") return outcome;
  return stillSo(cluster, plan, goal, clusterConfig(deps, goal.object.cluster)?.unstablePaths ?? []);
}

/** A halt is on or off, as is an entry of a list; of what else is set, its digest is compared. */
function settingGoal({ setting, item, value }: Extract<Goal, { kind: "setting" }>, now: Json): GoalOutcome {
  if (setting === "halted" || item !== undefined) {
    const on = (item === undefined ? now : entryOf(now, item)) !== null;
    return { kind: on === value ? "reached" : "failed", says: `${item ?? setting} is ${on ? "on" : "off"}.` };
  }
  const digest = textAt(now, "digest");
  if (digest === value) return { kind: "reached", says: `The ${setting} in force is ${digest}.` };
  return { kind: "failed", says: `The ${setting} in force is ${digest || "none"}, not ${String(value)}.` };
}

function sum(all: readonly (Progress | null)[]): Progress {
  const known = all.filter((one) => one !== null);
  const says = known.find((one) => one.done < one.total)?.says ?? known.at(-1)?.says ?? "";
  return {
    done: known.reduce((total, one) => total + one.done, 0),
    total: Math.max(
      1,
      known.reduce((total, one) => total + one.total, 0),
    ),
    says,
  };
}

/**
 * The living message, told anew when something changed and the one before is written; the newest wins. One that could not be
 * told is logged, and the next is told again.
 */
export function teller(
  deps: Pick<Deps, "store" | "people" | "verbs" | "policy" | "onCall" | "clock" | "log" | "nudge">,
  request: Pick<Request, "id">,
): (progress: Progress) => void {
  let next: Progress | null = null;
  let busy = false;
  const run = async (): Promise<void> => {
    busy = true;
    try {
      while (next !== null) {
        const progress = next;
        next = null;
        const now = await deps.store.requests.get(request.id);
        if (now === null || now.state !== "verifying") break;
        await refreshCard(deps, now, progress);
        deps.nudge();
      }
    } finally {
      busy = false;
    }
  };
  return (progress) => {
    next = progress;
    if (!busy)
      run().catch((error: unknown) =>
        deps.log.warn("progress was not told", {
          request: request.id,
          error: error instanceof Error ? error : undefined,
        }),
      );
  };
}

/** Ends the watching of these requests for a later one. */
export async function supersedeWatchers(executing: Executing, by: Request, ids: readonly RequestId[]): Promise<void> {
  for (const id of ids) {
    const ended = await transition(executing.deps, id, { kind: "supersede", verb: by.invocation.verb, request: by.id });
    if (!isRefusal(ended)) stopWatching(executing.watchers, id);
  }
}

/** Resolves when all that is watched here is handed over. */
export async function leaveWatchers(watchers: Watchers): Promise<void> {
  const watched = [...watchers.values()];
  for (const { abort } of watched) abort.abort(leaving);
  await Promise.all(watched.map(({ ended }) => ended));
}

export function stopWatching(watchers: Watchers, id: RequestId): void {
  watchers.get(id)?.abort.abort();
}
