// Waits for a condition of the real cluster, asking again and again until it holds or a deadline passes.
import { setTimeout as pause } from "node:timers/promises";

export type Patience = {
  /** What is waited for, in words, for the message when it never comes. */
  readonly what: string;
  readonly withinMs: number;
  readonly everyMs?: number;
  /** A reason to give up at once, such as a program that has ended. */
  readonly hopeless?: () => string | undefined;
};

/**
 * Resolves with the first answer of `ask` that is not `undefined`. Faults of `ask` count as "not yet"; the last of them is
 * the cause when the deadline passes. A real cluster cannot be stepped, so this asks the real clock.
 */
export async function until<Answer>(patience: Patience, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const deadline = performance.now() + patience.withinMs;
  let last: unknown;
  for (;;) {
    const reason = patience.hopeless?.();
    if (reason !== undefined) throw new Error(`${patience.what}: ${reason}`, { cause: last });
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const detail = last instanceof Error ? ` (last: ${last.message})` : "";
      throw new Error(`${patience.what}: not within ${patience.withinMs / 1000} s${detail}`, { cause: last });
    }
    await pause(patience.everyMs ?? 150);
  }
}
