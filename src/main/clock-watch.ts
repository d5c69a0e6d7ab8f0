// T30: a clock that was set, or that lies before the bot's own record, is told, and nothing is changed until it is right again.
import { message } from "../core/message.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Store } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

export interface ClockWatch {
  /** Why nothing may be changed now, or null. */
  refusal(): Refusal | null;
  stop(): Promise<void>;
}

export interface ClockWatchOptions {
  readonly clock: Clock;
  readonly wrongClock: () => Refusal | null;
  readonly store: Pick<Store, "audit" | "transact">;
  readonly log: Log;
  readonly channelId: string;
  /** A message was put into the outbox. */
  readonly told: () => void;
}

/** Leases, expiries and signatures hang on the time; people notice seconds. */
const mostMs = 5_000;
const everyMs = 1_000;

export async function watchTheClock(options: ClockWatchOptions): Promise<ClockWatch> {
  const { clock, store, log, wrongClock } = options;
  const last = (await store.audit.head())?.at ?? 0;
  const refusal = (): Refusal | null => wrongClock() ?? before(last - clock.now());
  const stopping = new AbortController();
  let said = "";
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const now = refusal();
      if ((now === null) !== (said === "")) {
        said = now?.message ?? "";
        if (now === null) log.warn("the clock is right again");
        else log.error("nothing is changed: the clock is wrong", { why: now.message });
        await tell(options, now).catch(() => undefined);
      }
      await clock.wait(everyMs, stopping.signal);
    }
  };
  const running = run();
  return {
    refusal,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Of a clock that is carried on from what it was at the start. */
export function jumpRefusal(skewMs: number): Refusal | null {
  if (Math.abs(skewMs) <= mostMs) return null;
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return refuse(
    "clock-jumped",
    `Nothing is changed now: my machine's clock was set ${seconds} s ${skewMs > 0 ? "ahead" : "back"} while I ran.`,
    "An operator must set it by NTP, or restart me if it is right now; countersign doctor compares it with Slack's.",
  );
}

/** An approval of before would be young again. */
function before(behindMs: number): Refusal | null {
  if (behindMs <= mostMs) return null;
  return refuse(
    "clock-jumped",
    `Nothing is changed now: my machine's clock is ${Math.round(behindMs / 1_000)} s before my newest record.`,
    "An operator must set it by NTP; countersign doctor compares it with Slack's.",
  );
}

async function tell({ store, clock, channelId, told }: ClockWatchOptions, refusal: Refusal | null): Promise<void> {
  const text = refusal === null ? "The clock is right again: changes go on." : `${refusal.message} ${refusal.hint}`;
  const icon = refusal === null ? "ok" : "stop";
  await store.transact((tx) =>
    tx.outbox.put({
      key: `clock:${clock.now()}`,
      living: false,
      to: { channelId, thread: null },
      message: message(text, [{ kind: "text", icon, text: [text] }]),
      request: null,
      lane: "story",
    }),
  );
  told();
}
