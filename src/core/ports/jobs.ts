// Whoever runs what is due: one process on its own, or several that share a queue. The store's rows are the only truth.
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Job, JobKind, Store } from "./store.ts";

/**
 * Does the job; done when it resolves, unless it says when to come again. Throwing postpones it. It may run again after a
 * crash, so it must find out by itself what was already done. The signal aborts when the bot stops, and when the job was taken
 * over by another process because this one stood still for too long.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<undefined | { readonly againAt: number }>;

export type JobHandlers = Readonly<Record<JobKind, JobHandler>>;

/** How many jobs at once: of each concern in one process, and of executions on one cluster in all processes together. */
export interface JobLimits {
  readonly executions: number;
  readonly executionsPerCluster: number;
  readonly recoveries: number;
  readonly ends: number;
  readonly people: number;
}

/** Why a job that is due is not begun: another one is before it on the same target, or its cluster is busy. */
export type Behind =
  | { readonly kind: "job"; readonly before: Job; readonly isUnderWay: boolean }
  | { readonly kind: "cluster"; readonly cluster: string; readonly underWay: number };

export interface JobsOptions {
  readonly store: Pick<Store, "transact" | "jobs">;
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: JobHandlers;
  readonly limits: JobLimits;
  /** This process, among all that run jobs of this store. */
  readonly runner: string;
  /** No other process can be running jobs of this store: what is in somebody's hands at the start is nobody's. */
  readonly isAlone: boolean;
  /** Told what the first in line wait for, whenever that changes. */
  readonly waits?: (job: Job, behind: Behind) => Promise<void>;
}

export interface Jobs {
  /**
   * These were put, or become due earlier, and are committed; none were, and time may have gone by. Cheap, and never wrong to
   * call, nor needed: a sweep finds them.
   */
  nudge(put: readonly Job[]): void;
  /** What waits to be run by anybody, and what runs here. Throws the store's errors. */
  standing(): Promise<JobsStanding>;
  /** Whether the queue does its work; without one, or while it is away, due jobs are found in the store. */
  queue(): QueueState;
  /** Takes nothing new, aborts the handlers' signal, and resolves when those under way have ended. */
  stop(): Promise<void>;
}

export interface JobsStanding {
  readonly all: number;
  /** Due, and in nobody's hands. */
  readonly due: number;
  readonly running: number;
  /** When the first of those became due that could be begun, or null. */
  readonly oldestDueAt: number | null;
}

export type QueueState =
  | { readonly kind: "none" }
  | { readonly kind: "ready"; readonly what: string }
  | { readonly kind: "away"; readonly what: string; readonly since: number; readonly says: string };
