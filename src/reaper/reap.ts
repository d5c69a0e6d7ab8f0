// The loop that ends access: lists what was granted, removes what is over, and does nothing else.
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import { type GrantObject, type Verdict, verdictOn } from "./verdict.ts";

export interface Listed {
  /** The cluster's own time when it answered, in ms. */
  readonly now: number;
  readonly objects: readonly GrantObject[];
  /** Of each kind of object that could not be listed, why: the others still end. */
  readonly failed: readonly Error[];
}

/** The cluster as the reaper needs it. Every method throws what went wrong, in a sentence without secrets. */
export interface GrantCluster {
  list(): Promise<Listed>;
  /** Of that very uid; gone already is done. For a service account, its grant's Secret goes first: the token ends with it. */
  remove(object: GrantObject): Promise<void>;
}

export interface ReaperSettings {
  readonly cluster: GrantCluster;
  readonly clock: Clock;
  readonly log: Log;
  /** From the end of one pass to the beginning of the next. */
  readonly everyMs: number;
  readonly longestMs: number;
}

export interface Pass {
  readonly seen: number;
  readonly removed: number;
  readonly failed: number;
}

/** One look. Safe to run twice, and beside another reaper: an object that is gone is done. Throws when nothing could be listed. */
export async function reapOnce({ cluster, log, longestMs }: Omit<ReaperSettings, "everyMs" | "clock">): Promise<Pass> {
  const { now, objects, failed: unlisted } = await cluster.list();
  for (const error of unlisted) log.error("some grants could not be listed", { error });
  let [removed, failed] = [0, unlisted.length];
  for (const object of objects) {
    const verdict = verdictOn(object, now, longestMs);
    if (verdict.kind === "lives") continue;
    if (await removedOne(cluster, log, object, verdict)) removed += 1;
    else failed += 1;
  }
  return { seen: objects.length, removed, failed };
}

async function removedOne(
  cluster: GrantCluster,
  log: Log,
  object: GrantObject,
  { because }: Extract<Verdict, { kind: "over" }>,
): Promise<boolean> {
  const { resource, namespace, name, grant } = object;
  try {
    await cluster.remove(object);
    log.info("access ended", { grant, resource, namespace, name, because });
    return true;
  } catch (error) {
    // The others still go: one object that cannot be removed must not keep the rest alive.
    log.error("access could not be ended", { grant, resource, namespace, name, error: asError(error) });
    return false;
  }
}

export interface Reaper {
  /** When the last pass that could do all of its work ended, in ms; null before the first. */
  lastWholePass(): number | null;
  stop(): Promise<void>;
}

/** Begins at once: what is overdue ends with the first pass. */
export function startReaper(settings: ReaperSettings): Reaper {
  const { clock, log, everyMs } = settings;
  const stopping = new AbortController();
  let lastWhole: number | null = null;
  const turns = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const pass = await reapOnce(settings);
        if (pass.failed === 0) lastWhole = clock.now();
      } catch (error) {
        log.error("the grants could not be listed", { error: asError(error) });
      }
      await clock.wait(everyMs, stopping.signal);
    }
  })();
  return {
    lastWholePass: () => lastWhole,
    async stop() {
      stopping.abort();
      await turns;
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
