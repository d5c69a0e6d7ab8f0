// What a kill leaves behind, put into the store as it would stand there, and what the next start makes of it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sealRecord } from "../../src/audit/chain.ts";
import { systemClock } from "../../src/clock.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { Tx } from "../../src/core/ports/store.ts";
import type { Request, StepRecord } from "../../src/core/request.ts";
import { openStore } from "../../src/store/open.ts";
import { ask, idOf, until } from "../support/story.ts";
import { ben, finn, startTown, type Town, writesOf } from "../support/town.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const longAgo = Date.now() - 8 * 3_600_000;
const deadRunner = { runner: "dead", fence: 1, leaseUntil: longAgo + 10_000, startedAt: longAgo };

/** Changes the record of a stopped bot. */
async function leave(
  town: Town,
  id: RequestId,
  edit: (request: Request) => Request,
  more: (tx: Tx) => Promise<unknown>,
) {
  const directory = join(town.directory, "data");
  const store = await openStore({ directory, clock: systemClock, random: randomBytes, log: quiet, seal: sealRecord });
  try {
    const request = await store.requests.get(id);
    assert.ok(request !== null);
    await store.transact(async (tx) => {
      await tx.requests.replace({ ...edit(request), revision: request.revision + 1 }, request.revision);
      await more(tx);
    });
  } finally {
    await store.close();
  }
}

const recoverJob = (id: RequestId) => (tx: Tx) =>
  tx.jobs.put({ id: `recover:${id}:1:1`, kind: "recover", request: id, dueAt: 0 });

async function askedThenStopped(
  t: Parameters<typeof startTown>[0],
  command: string,
): Promise<{ town: Town; id: RequestId; card: Awaited<ReturnType<typeof ask>> }> {
  const town = await startTown(t);
  await town.startBot();
  const card = await ask(town, command, "payments");
  await town.stopBot();
  return { town, id: idOf(card) as RequestId, card };
}

test("R8, R11, R24: what was claimed and not sent before a kill is not sent hours later, in a freeze, without approvals", async (t) => {
  const { town, id, card } = await askedThenStopped(t, "scale shop/payments 5");
  const claimed = {
    state: "executing",
    startBy: longAgo + 60_000,
    quorumAt: longAgo,
    execution: { ...deadRunner, steps: [] },
  } as const;
  await leave(town, id, (request) => ({ ...request, ...claimed }), recoverJob(id));
  const freeze = `policy:\n  freezes:\n    - name: now\n      reason: all week\n      weekly: { zone: UTC, days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", until: "24:00" }\n`;
  writeFileSync(town.configFile, readFileSync(town.configFile, "utf8").replace("policy:\n", freeze));
  await town.startBot();
  await until(town, card, "Not gone on with", 10_000);
  assert.deepEqual(writesOf(town.cluster), []);
});

test("what the cluster stored otherwise stays a failure after a kill, and is never called done", async (t) => {
  const { town, id, card } = await askedThenStopped(t, "restart shop/payments");
  const step: StepRecord = {
    index: 0,
    object: "x",
    state: "changed",
    says: "Something else was stored.",
    resourceVersion: "1",
    auditId: null,
  };
  const written = { state: "executing", execution: { ...deadRunner, steps: [step] } } as const;
  await leave(town, id, (request) => ({ ...request, ...written }), recoverJob(id));
  await town.startBot();
  await until(town, card, "failed", 10_000);
  assert.deepEqual(writesOf(town.cluster), []);
});

test("R27: a target is never held by a request that has ended", async (t) => {
  const { town, id } = await askedThenStopped(t, "scale shop/payments 5");
  const taken = (tx: Tx) => tx.locks.take(["production:shop/deployment/payments"], id);
  await leave(
    town,
    id,
    (request) => ({ ...request, state: "approved", quorumAt: Date.now(), startBy: Date.now() + 600_000 }),
    taken,
  );
  await town.startBot();
  await town.slack.as(ben).command("#payments", "/ops", `cancel ${id}`);
  await town.slack.waitForMessage((message) => message.ephemeralTo === ben && message.text.includes("cancelled"));
  const second = await ask(town, "scale shop/payments 4", "to 4");
  await town.vote(ben, second, "approve");
  await until(town, second, "approved");
  await town.vote(finn, second, "approve");
  await until(town, second, "is done and verified", 15_000);
});
