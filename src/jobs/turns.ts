// Whose turn it is: on one target one after another in the order of their places, and on one cluster so many at once.
import type { Behind } from "../core/ports/jobs.ts";
import type { StandingJob } from "../core/ports/store.ts";

export interface Turns {
  readonly go: readonly StandingJob[];
  readonly blocked: readonly { readonly job: StandingJob; readonly behind: Behind }[];
}

/**
 * Pure. A job waits for those under way and for those before it in line that are due: not for one that was postponed, since that
 * waits for something else than its turn (a freeze, say, that the one behind it goes through).
 */
export function turnsAmong(
  standing: readonly StandingJob[],
  { now, perCluster }: { readonly now: number; readonly perCluster: number },
): Turns {
  const isUnderWay = ({ claim }: StandingJob): boolean => claim !== null && claim.until > now;
  const taken = new TakenTargets();
  const busy = new Map<string, number>();
  const count = (job: StandingJob): void => {
    for (const cluster of clustersOf(job)) busy.set(cluster, (busy.get(cluster) ?? 0) + 1);
  };
  for (const job of standing.filter(isUnderWay)) {
    taken.add(job, true);
    count(job);
  }
  const go: StandingJob[] = [];
  const blocked: { job: StandingJob; behind: Behind }[] = [];
  const waiting = standing.filter((job) => !isUnderWay(job) && job.dueAt <= now).toSorted(byPlace);
  for (const job of waiting) {
    const before = taken.before(job);
    const full = [...clustersOf(job)].find((cluster) => (busy.get(cluster) ?? 0) >= perCluster);
    if (before !== null) blocked.push({ job, behind: { kind: "job", ...before } });
    else if (full !== undefined)
      blocked.push({ job, behind: { kind: "cluster", cluster: full, underWay: busy.get(full) ?? 0 } });
    else {
      go.push(job);
      count(job);
    }
    taken.add(job, false);
  }
  return { go, blocked };
}

function byPlace(one: StandingJob, other: StandingJob): number {
  return one.since - other.since || (one.id < other.id ? -1 : 1);
}

/** `cluster:namespace/…` names one; a setting and a membership name none. */
function clustersOf({ targets = [] }: StandingJob): ReadonlySet<string> {
  return new Set(targets.flatMap((key) => /^([^\s:/]+):/.exec(key)?.[1] ?? []));
}

interface Taker {
  readonly before: StandingJob;
  readonly isUnderWay: boolean;
}

/** Keys nest as locks do: `a:shop` conflicts with `a:shop/deployment/checkout` and not with `a:shopping`. */
class TakenTargets {
  readonly #at = new Map<string, Taker>();
  /** Who has something below. */
  readonly #below = new Map<string, Taker>();

  add(before: StandingJob, isUnderWay: boolean): void {
    for (const key of before.targets ?? []) {
      const taker = { before, isUnderWay };
      for (const above of aboves(key)) if (!this.#below.has(above)) this.#below.set(above, taker);
      if (!this.#at.has(key)) this.#at.set(key, taker);
    }
  }

  before({ targets = [] }: StandingJob): Taker | null {
    for (const key of targets) {
      const found = [key, ...aboves(key)].map((one) => this.#at.get(one)).find((taker) => taker !== undefined);
      const taker = found ?? this.#below.get(key);
      if (taker !== undefined) return taker;
    }
    return null;
  }
}

/** `a:shop/deployment/checkout` → `a:shop/deployment`, `a:shop`. */
function aboves(key: string): readonly string[] {
  const parts = key.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
