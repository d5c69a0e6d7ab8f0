// A start anew waits until what is under way has ended, so that nothing has to be looked up that was only interrupted by it.
import type { Clock } from "../core/ports/clock.ts";
import type { Store } from "../core/ports/store.ts";
import type { Base } from "./base.ts";

const lookMs = 100;
/** A rollout may be watched for long: it goes on to be watched after the start. */
const waitMost = 20_000;

/** Resolves when no request is carried out or watched, after a while all the same, and at once when it is stopped. */
async function whenIdle(store: Pick<Store, "requests">, clock: Clock, stopped: AbortSignal): Promise<void> {
  const until = clock.now() + waitMost;
  while (!stopped.aborted && clock.now() < until) {
    const [busy] = await store.requests.list({ states: ["executing", "verifying"], limit: 1 });
    if (busy === undefined) return;
    await clock.wait(lookMs, stopped);
  }
}

export interface StartAnew {
  /** Resolves when the bot is to start anew. */
  readonly anew: Promise<void>;
  /** Once asked for, it comes about, however often it is asked for again. */
  whenIdle(): void;
}

export function startAnew({ clock, log, closing }: Base, store: Pick<Store, "requests">): StartAnew {
  const stopped = new AbortController();
  closing.add(async () => stopped.abort());
  const { promise, resolve } = Promise.withResolvers<void>();
  let isAsked = false;
  return {
    anew: promise,
    whenIdle() {
      if (isAsked) return;
      isAsked = true;
      whenIdle(store, clock, stopped.signal)
        .catch((error: unknown) =>
          log.warn("a start anew did not wait", { error: error instanceof Error ? error : undefined }),
        )
        .then(resolve, resolve);
    },
  };
}
