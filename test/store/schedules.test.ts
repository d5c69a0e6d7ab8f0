// Random schedules of transactions, throws and hangs: what was acknowledged is there, whole and in order.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chainStart, hashedAgain } from "../../src/audit/chain.ts";
import { type Store, StoreUnavailable, type Tx } from "../../src/core/ports/store.ts";
import { requestId, sampleEvent, sampleRequest, temporaryStore } from "./samples.ts";

/** What one transaction does; each ends with a record and a job that bear its number. */
const kinds = [
  "append",
  "ask first",
  "ask between",
  "throw",
  "throw after asking",
  "refused statement",
  "hang",
] as const;
type Kind = (typeof kinds)[number];

async function work(tx: Tx, kind: Kind, number: number): Promise<number> {
  const event = sampleEvent({ details: { number } });
  if (kind === "ask first" || kind === "throw after asking") await tx.seen.mark(`${number}`, Number.MAX_SAFE_INTEGER);
  const { seq } = await tx.audit.append(event);
  if (kind === "ask between") await tx.requests.count({});
  await tx.jobs.put({ id: `${number}`, kind: "expire", request: requestId("1"), dueAt: seq });
  if (kind === "refused statement") await tx.requests.insert(sampleRequest());
  if (kind === "throw" || kind === "throw after asking") throw new Error("on purpose");
  return seq;
}

/** Until the disk answers in time: on a busy machine the short deadline of this test is missed now and then. */
async function whenUp<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function insertOnce(store: Store): Promise<void> {
  await whenUp(() =>
    store.transact(async (tx) => {
      if ((await tx.requests.get(sampleRequest().id)) === null) await tx.requests.insert(sampleRequest());
    }),
  );
}

test("law: after any schedule the log is one chain of exactly the acknowledged records, each with its job", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 40 }), async (schedule) => {
      let hang: (on: boolean) => void = () => undefined;
      const store = await temporaryStore(t, {
        // Long enough for opening a store on a busy machine; each schedule waits for it once or twice.
        deadlineMs: 500,
        onHangSwitch: (set) => {
          hang = set;
        },
      });
      await insertOnce(store);
      let unavailable = 0;
      const acknowledged: { readonly number: number; readonly seq: number }[] = [];
      let hung = 0;
      const runs = schedule.map(async (kind, number) => {
        if (kind === "hang") {
          hung += 1;
          hang(true);
          // Its own deadline ends it, and with it whatever waits: then the disk answers again.
          await store.audit.head().catch(() => undefined);
          hung -= 1;
          if (hung === 0) hang(false);
          return;
        }
        const seq = await store
          .transact((tx) => work(tx, kind, number))
          .catch((error: unknown) => {
            const meant = kind.startsWith("throw") || kind === "refused statement";
            assert.ok(meant || error instanceof StoreUnavailable, String(error));
            if (error instanceof StoreUnavailable) unavailable += 1;
            return null;
          });
        if (seq !== null) acknowledged.push({ number, seq });
      });
      await Promise.all(runs);
      const records = await whenUp(() => store.audit.list({ afterSeq: -1, limit: 1000 }));
      let previous: string = chainStart;
      for (const [index, record] of records.entries()) {
        assert.deepEqual([record.seq, record.previous, record.hash], [index, previous, hashedAgain(record).hash]);
        previous = record.hash;
      }
      for (const { number, seq } of acknowledged) assert.equal(records[seq]?.details.number, number);
      // A commit that was under way when its deadline passed may have been kept: then there is more than was acknowledged.
      if (unavailable === 0) assert.equal(records.length, acknowledged.length);
      const jobs = await whenUp(() => store.jobs.due(Number.MAX_SAFE_INTEGER, 1000));
      assert.deepEqual(
        jobs.map(({ id, dueAt }) => [Number(id), dueAt]),
        records.map(({ details, seq }) => [details.number, seq]),
      );
      const next = await whenUp(() => store.transact((tx) => tx.audit.append(sampleEvent())));
      assert.ok(next.seq >= records.length);
      await store.close();
    }),
    { numRuns: 6 },
  );
});
