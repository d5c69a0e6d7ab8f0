// An office that one replica holds at a time, such as sending what the outbox has; a lease in the store, prolonged while it lives.
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { LeaseName, Store } from "../core/ports/store.ts";

export interface Office {
  /** Since when this process holds it without a gap, or null while another may. */
  heldSince(): number | null;
  /** Whether another one held it when it was last asked for. A store that does not answer says nothing. */
  isAnothers(): boolean;
  /** Given back, so that another need not wait. */
  stop(): Promise<void>;
}

const leaseMs = 12_000;
const renewMs = 4_000;
/** Earlier than the lease itself ends: what is begun right before must be sent by then. */
const marginMs = 2_000;

/** Of a process that is alone with its store. */
export function ownOffice(clock: Pick<Clock, "now">): Office {
  const since = clock.now();
  return { heldSince: () => since, isAnothers: () => false, stop: async () => undefined };
}

export function holdOffice(
  name: LeaseName,
  { store, clock, log }: { readonly store: Pick<Store, "transact">; readonly clock: Clock; readonly log: Log },
): Office {
  const stopping = new AbortController();
  let isAnothers = false;
  let held: { readonly since: number; readonly until: number } | null = null;
  const current = (): typeof held => (held !== null && clock.now() < held.until - marginMs ? held : null);
  const renew = async (): Promise<void> => {
    const until = clock.now() + leaseMs;
    const isMine = await store.transact((tx) => tx.leases.take(name, until));
    const before = current();
    if (isMine && before === null) log.info("this replica holds an office now", { office: name });
    if (!isMine && held !== null) log.warn("another replica holds an office now", { office: name });
    isAnothers = !isMine;
    held = isMine ? { since: before?.since ?? clock.now(), until } : null;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // A store that does not answer is told by whoever needs it; the lease runs out by itself.
      await renew().catch(() => undefined);
      await clock.wait(renewMs, stopping.signal);
    }
  };
  const running = run();
  return {
    heldSince: () => current()?.since ?? null,
    isAnothers: () => isAnothers,
    async stop() {
      stopping.abort();
      await running;
      held = null;
      await store.transact((tx) => tx.leases.free(name)).catch(() => undefined);
    },
  };
}
