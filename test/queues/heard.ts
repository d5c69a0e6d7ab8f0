// Which hints a queue gave, so that a test can tell a job that was hinted at from one that the store's sweep found.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { QueueSource } from "../../src/jobs/queue.ts";
import type { Load } from "./load.ts";

export interface Hearing {
  readonly source: QueueSource;
  readonly heard: ReadonlySet<string>;
}

export function hearing(source: QueueSource): Hearing {
  const heard = new Set<string>();
  return {
    heard,
    source: {
      what: source.what,
      open: (needs) =>
        source.open({
          ...needs,
          take(lane, hint) {
            heard.add(hint.id);
            return needs.take(lane, hint);
          },
        }),
    },
  };
}

const patienceMs = 45_000;
const paceMs = 50;

/** Puts a job again and again until the queue hints at one of them. Says how long that took. */
export async function hintsFlow(load: Load, { heard }: Hearing): Promise<number> {
  const began = performance.now();
  const before = new Set(heard);
  for (;;) {
    await load.put(1);
    await pause(paceMs);
    const ms = performance.now() - began;
    if ([...heard].some((id) => !before.has(id))) return Math.round(ms);
    if (ms > patienceMs) assert.fail("no hint came any more");
  }
}
