// One delivery of Slack, one effect: whatever repeats it, at whichever replica, and after a restart.
import type { Clock } from "../core/ports/clock.ts";
import type { Tx } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/** Longer than Slack repeats a delivery (an hourly try for a day, at the most), and than a signature of Slack's counts. */
const deliveryKeptMs = 25 * 3_600_000;

/** In the transaction of the effect. False: it was taken before. */
export function isFirst(tx: Tx, deliveryKey: string, clock: Pick<Clock, "now">): Promise<boolean> {
  return tx.seen.mark(deliveryKey, clock.now() + deliveryKeptMs);
}

/** null: it is the first time. */
export async function whyNotAgain(tx: Tx, deliveryKey: string, clock: Pick<Clock, "now">): Promise<Refusal | null> {
  if (await isFirst(tx, deliveryKey, clock)) return null;
  return refuse("already-so", "This very click came before, and was taken then.", "Nothing needs doing.");
}
