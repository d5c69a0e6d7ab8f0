// What is asked of a queue: to say at a time, to one of the processes, that a job should be looked at. No more is relied upon.
import type { JobLimits } from "../core/ports/jobs.ts";
import type { Log } from "../core/ports/log.ts";
import type { Lane } from "./lanes.ts";

/** Look at this job then. It may be lost, and it may come twice. */
export interface Hint {
  readonly id: string;
  readonly dueAt: number;
}

export interface Queue {
  /** Throws when the queue does not take them. The same hint twice is one while it waits. */
  add(lane: Lane, hints: readonly Hint[], now: number): Promise<void>;
  /** Throws when the queue would not take anything now. */
  check(): Promise<void>;
  /** Waits a moment for hints under way, and then for nothing. Never rejects. */
  close(): Promise<void>;
}

export interface QueueNeeds {
  /** Resolves when the hint has been dealt with; so many at once as the lane has hands. Never rejects. */
  readonly take: (lane: Lane, hint: Hint) => Promise<void>;
  readonly limits: JobLimits;
  readonly log: Log;
}

export interface QueueSource {
  /** Where it is, without anything secret. */
  readonly what: string;
  /** Throws when it cannot be reached or used now. */
  open(needs: QueueNeeds): Promise<Queue>;
}

/** For what may hang for ever. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer within ${ms} ms`)), ms);
  });
  // Whatever comes after the deadline is nobody's.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
