// Jobs put under faults, and the proof that each was done once, by one runner at a time.
import assert from "node:assert/strict";
import type { JobHandlers } from "../../src/core/ports/jobs.ts";
import { aJob, handledBy, put, until } from "../contracts/jobs.ts";
import type { QueuedBed } from "./beds.ts";

export interface Load {
  readonly handlers: JobHandlers;
  /** Puts so many more, some of them for a little later. */
  put(count: number): Promise<void>;
  /** Waits until no row is left, and looks at what happened. */
  allDoneOnce(): Promise<void>;
  readonly done: () => number;
}

export function loadOn(bed: QueuedBed): Load {
  const ids: string[] = [];
  const ran = new Map<string, number>();
  const underWay = new Set<string>();
  const together: string[] = [];
  return {
    handlers: handledBy(async ({ id }) => {
      if (underWay.has(id)) together.push(id);
      underWay.add(id);
      ran.set(id, (ran.get(id) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay.delete(id);
      return undefined;
    }),
    async put(count) {
      const more = Array.from({ length: count }, (_, index) => `load:${ids.length + index}:x`);
      ids.push(...more);
      for (const [index, id] of more.entries()) await put(bed.store, aJob(id, bed.now() + (index % 5) * 100));
    },
    async allDoneOnce() {
      await until("no row is left", async () => (await bed.store.jobs.next()) === null);
      assert.deepEqual(together, []);
      assert.deepEqual([...ran.keys()].toSorted(), ids.toSorted());
      assert.deepEqual(
        [...ran].filter(([, count]) => count !== 1),
        [],
      );
    },
    done: () => ran.size,
  };
}
