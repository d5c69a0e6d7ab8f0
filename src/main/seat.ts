// A seat among the replicas in Socket Mode: Slack allows an app ten sockets, two for each replica, so the sixth is refused.
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { LeaseName, Store } from "../core/ports/store.ts";
import { holdOffice, type Office } from "./office.ts";

export const seats: readonly LeaseName[] = ["socket-1", "socket-2", "socket-3", "socket-4", "socket-5"];

/** A replica that was killed leaves its seat when its lease runs out: whoever starts in its place waits so long, and no longer. */
const waitMost = 15_000;
const againMs = 1_000;
const leaseMs = 12_000;
const lookMs = 1_000;

export interface Seat {
  /** Resolves with the reason when another replica has the seat: this one may be the sixth, and must end. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

export interface SeatOptions {
  readonly store: Pick<Store, "transact">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws with the reason, for whoever runs the replicas, when all seats are taken. */
export async function takeSeat(options: SeatOptions): Promise<Seat> {
  const { clock } = options;
  const until = clock.now() + waitMost;
  for (;;) {
    const name = await freeSeat(options);
    if (name !== null) return sit(name, options);
    if (clock.now() >= until) throw new Error(sixth);
    await clock.wait(againMs);
  }
}

const sixth = `${seats.length} replicas run in Socket Mode on this database, and this one would be the sixth: Slack allows an app ten sockets, and each replica keeps two. Run at most five, or use HTTP mode, which has no such limit.`;

/** Replicas that start together are told apart by the store: of one lease one of them is the holder. */
function freeSeat({ store, clock }: SeatOptions): Promise<LeaseName | null> {
  return store.transact(async (tx) => {
    for (const name of seats) if (await tx.leases.take(name, clock.now() + leaseMs)) return name;
    return null;
  });
}

function sit(name: LeaseName, { store, clock, log }: SeatOptions): Seat {
  const office: Office = holdOffice(name, { store, clock, log });
  const stopping = new AbortController();
  const lost = Promise.withResolvers<string>();
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.wait(lookMs, stopping.signal);
      if (office.isAnothers()) return lost.resolve("another replica has taken this one's seat in Socket Mode");
    }
  };
  const watching = watch();
  return {
    lost: lost.promise,
    async stop() {
      stopping.abort();
      await Promise.all([watching, office.stop()]);
    },
  };
}
