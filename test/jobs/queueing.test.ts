// What a job waits for is found while jobs are claimed, which is a transaction, and told in one of its own.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import type { Behind } from "../../src/core/ports/jobs.ts";
import type { StandingJob } from "../../src/core/ports/store.ts";
import { Queueing } from "../../src/jobs/queueing.ts";
import { requestId, silent } from "../store/samples.ts";

test("it is told outside of whatever it was found in, and once", async () => {
  const transaction = new AsyncLocalStorage<string>();
  const told: (string | undefined)[] = [];
  const queueing = new Queueing({
    log: silent,
    waits: async (job) => {
      told.push(`${job.id} ${transaction.getStore() ?? "outside"}`);
    },
  });
  const job: StandingJob = {
    ...{ id: "execute:r-1", kind: "execute", request: requestId("1"), dueAt: 1 },
    ...{ since: 1, failures: 0, claim: null },
  };
  const behind: Behind = { kind: "cluster", cluster: "production", underWay: 5 };
  for (let time = 0; time < 2; time += 1) transaction.run("inside", () => queueing.tell([{ job, behind }]));
  await queueing.settle();
  assert.deepEqual(told, ["execute:r-1 outside"]);
});
