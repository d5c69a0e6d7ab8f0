// What was opened, closed again in reverse order, whatever goes wrong on the way.
import type { Log } from "../core/ports/log.ts";

export interface Closing {
  add(step: () => Promise<void>): void;
  /** Every step is tried, the newest first; twice is once. */
  close(): Promise<void>;
}

export function makeClosing(log: Log): Closing {
  const steps: (() => Promise<void>)[] = [];
  return {
    add: (step) => void steps.push(step),
    async close() {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        await step().catch((error: unknown) =>
          log.error("a part did not close", { error: error instanceof Error ? error : undefined }),
        );
      }
    },
  };
}
