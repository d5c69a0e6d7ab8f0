// A grant's end: looked for when its time has come, noticed when somebody came first, brought about where nobody did.
import { againMsOf, endJob, nextWarning, warningDue } from "../../access/grant-jobs.ts";
import { expiresAfterAnnotation, type Grant, type HeldMembership } from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import { textAt } from "../../core/json.ts";
import type { Job } from "../../core/ports/store.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { Deps } from "../deps.ts";
import { isOfGrant, removeGrant } from "./remove.ts";
import { changeGrant } from "./store-grant.ts";
import { putGrantNews } from "./tell.ts";

type Again = undefined | { readonly againAt: number };

/**
 * Job `grant-end`: at its end, and again and again until it is read back as gone. Only the grant's own job of now does anything:
 * one of before an extension is over, and what is ending is brought about by one alone, whoever asked for it.
 */
export async function endGrant(deps: Deps, job: Job): Promise<Again> {
  const grant = await deps.store.grants.get(job.request);
  if (grant === null || grant.state === "ended" || grant.state === "planned" || job.id !== endJob(grant).id)
    return undefined;
  if (grant.state === "ending") return (await finishEnding(deps, grant)) ? undefined : later(deps, grant.ending);
  if (deps.clock.now() < (grant.endsAt ?? 0)) return { againAt: grant.endsAt ?? 0 };
  if (await isBeingExtended(deps, grant)) return later(deps);
  const ending = await changeGrant(deps, grant.id, { kind: "end", how: "expired", by: null, reason: null });
  return isRefusal(ending) ? later(deps) : undefined;
}

function later(deps: Deps, ending: Grant["ending"] = null): Again {
  const now = deps.clock.now();
  return { againAt: now + againMsOf(ending, now) };
}

/** True when it was read back as gone, by this or by somebody else. */
async function finishEnding(deps: Deps, grant: Grant): Promise<boolean> {
  const removal = await removeGrant(deps, grant);
  if (removal.kind === "not-yet") {
    deps.log.warn("a grant has not ended yet", { grant: grant.id, says: removal.says });
    return false;
  }
  const ended = await changeGrant(deps, grant.id, { kind: "gone", says: removal.says });
  return !isRefusal(ended) || ended.code === "grant-over";
}

/** An approved extension that is written and not yet read back: only such a one holds the end up, for as long as it lasts. */
async function isBeingExtended(deps: Deps, grant: Grant): Promise<boolean> {
  const running = await deps.store.requests.list({ states: ["executing", "verifying"], limit: 200 });
  const extends_ = ({ plan }: (typeof running)[number]) =>
    plan.access?.kind === "extension" && plan.access.grant === grant.id;
  if (!running.some(extends_)) return false;
  const binding = grant.objects.at(-1);
  const live = binding === undefined ? null : await deps.clusters.get(binding.cluster)?.read(binding);
  if (live === null || live === undefined || isRefusal(live)) return false;
  const seconds = Number.parseInt(textAt(live, "metadata", "annotations", expiresAfterAnnotation), 10);
  return seconds * 1_000 > grant.lengthMs;
}

/** Job `grant-warn`: tells the holder before the end, and notices when somebody has removed it. */
export async function watchGrant(deps: Deps, job: Job): Promise<Again> {
  const grant = await deps.store.grants.get(job.request);
  if (grant === null || grant.state !== "active") return undefined;
  // Whatever is gone then ended by its time: that is the other job's to find and to tell.
  if (grant.endsAt !== null && deps.clock.now() >= grant.endsAt) return undefined;
  if (await isRemoved(deps, grant)) {
    await changeGrant(deps, grant.id, { kind: "end", how: "removed", by: null, reason: null });
    return undefined;
  }
  const now = deps.clock.now();
  await warn(deps, grant, now);
  const next = nextWarning(grant, now);
  return next === null ? undefined : { againAt: next };
}

/** Each warning once, whatever becomes of the job. */
async function warn(deps: Deps, grant: Grant, now: number): Promise<void> {
  const due = warningDue(grant, now);
  const endsAt = grant.endsAt ?? 0;
  if (due === null) return;
  await deps.store.transact(async (tx) => {
    if (!(await tx.seen.mark(`grant-warn:${grant.id}:${endsAt}:${due}`, endsAt + 86_400_000))) return;
    await putGrantNews(tx, grant, "ends-soon", endsAt - now);
  });
  deps.nudge();
}

/** Only what was surely read counts: a cluster that does not answer says nothing about the grant. */
async function isRemoved(deps: Deps, grant: Grant): Promise<boolean> {
  if (grant.membership !== undefined) return hasLeft(deps, grant.membership);
  const binding = grant.objects.at(-1);
  const cluster = binding === undefined ? null : deps.clusters.get(binding.cluster);
  if (binding === undefined || cluster === null) return false;
  const live = await cluster.read(binding);
  if (isRefusal(live)) return false;
  return live === null || !isOfGrant(live, grant, binding);
}

async function hasLeft(deps: Deps, { target, member, role }: HeldMembership): Promise<boolean> {
  const now = await deps.accessTargets.get(target)?.observe(member, role);
  return now !== undefined && !isRefusal(now) && !now.isMember;
}

/** At the start: every grant has its jobs, whatever happened to them; what is overdue is due at once. */
export async function sweepGrants(deps: Deps): Promise<void> {
  const open = await deps.store.grants.list({ states: ["active", "ending"], limit: 10_000 });
  if (open.length === 0) return;
  await deps.store.transact(async (tx) => {
    for (const grant of open) {
      const { id, job, dueAt } = endJob(grant);
      await tx.jobs.put({ id, kind: job, request: grant.id as RequestId, dueAt });
      if (grant.state === "active")
        await tx.jobs.put({
          id: `grant-warn:${grant.id}:${grant.endsAt ?? 0}`,
          kind: "grant-warn",
          request: grant.id,
          dueAt: deps.clock.now(),
        });
    }
  });
}
