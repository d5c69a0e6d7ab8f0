// What other replicas change: links and settings that this process keeps copies of are read again once their count has moved.
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Changes, Store } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

export interface Others {
  /** Why nothing may be decided by copies that are too old, or null. */
  refusal(): Refusal | null;
  stop(): Promise<void>;
}

export interface OthersOptions {
  readonly store: Pick<Store, "changes">;
  readonly clock: Clock;
  readonly log: Log;
  /** Reads again what is kept of it. */
  readonly again: Readonly<Record<keyof Changes, () => Promise<void>>>;
}

/** B8: what one replica changes holds on every other within two seconds; a view older than ten denies. */
const everyMs = 1_000;
const maxAgeMs = 10_000;

/** Of a process that is alone with its store: nobody else changes anything. */
export const nobodyElse: Others = { refusal: () => null, stop: async () => undefined };

/** Resolves after the first look. Throws when the store cannot be read. */
export async function followOthers({ store, clock, log, again }: OthersOptions): Promise<Others> {
  const stopping = new AbortController();
  let known: Changes | null = null;
  let asOf = clock.now();
  const look = async (): Promise<void> => {
    const asked = clock.now();
    const changes = await store.changes();
    for (const what of ["links", "settings"] as const) if (known?.[what] !== changes[what]) await again[what]();
    known = changes;
    asOf = asked;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.wait(everyMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await look().catch((error: unknown) => {
        log.warn("what other replicas changed could not be read", {
          error: error instanceof Error ? error : undefined,
        });
      });
    }
  };
  await look();
  const running = run();
  return {
    refusal() {
      const ageMs = clock.now() - asOf;
      if (ageMs <= maxAgeMs) return null;
      const seconds = Math.round(ageMs / 1_000);
      return refuse(
        "store-unavailable",
        `Nothing is changed now: what other replicas changed was last seen ${seconds} s ago.`,
        "Try again in a moment; if it stays so, the database does not answer to this replica.",
      );
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
