// A calendar's text read in a thread of its own, within a time and a memory.
import { Worker } from "node:worker_threads";
import type { Occurrence, Wanted } from "./events.ts";

export type Read =
  | { readonly kind: "read"; readonly occurrences: readonly Occurrence[] }
  | { readonly kind: "failed"; readonly why: string };

const deadlineMs = 5_000;

/** Never throws. The thread ends with the answer, or with the deadline. */
export function readCalendar(text: string, wanted: Wanted): Promise<Read> {
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: { text, wanted },
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    env: {},
  });
  return new Promise((resolve) => {
    const end = (read: Read): void => {
      clearTimeout(timer);
      resolve(read);
      void worker.terminate();
    };
    const lost = (): void => end({ kind: "failed", why: "its text takes too long, or too much memory, to read" });
    const timer = setTimeout(lost, deadlineMs);
    worker.on("message", end).on("error", lost).on("exit", lost);
  });
}
