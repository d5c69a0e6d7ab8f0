// One of several processes that race each other on one database: it does what it is told and says what it won.
import { sealRecord } from "../../src/audit/chain.ts";
import { localClock } from "../../src/clock.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { reachDatabase } from "../../src/store/postgres/open.ts";
import { random, requestId, sampleEvent, sampleRequest, silent } from "../store/samples.ts";
import { settingsFor } from "./fresh.ts";

/** Each race: rounds of one question that exactly one process may win; a won one is said by its number. */
const races: Readonly<Record<string, (store: Store, round: number, me: string) => Promise<boolean>>> = {
  request: (store, round, me) =>
    store.transact((tx) => tx.requests.replace(sampleRequest({ revision: round + 2, says: me }), round + 1)),
  /** Reads first, as a vote does, and decides by what it read. */
  vote: (store, round, me) =>
    store.transact(async (tx) => {
      const request = await tx.requests.get(requestId("1"));
      if (request === null || request.revision !== round + 1) return false;
      await tx.audit.append(sampleEvent({ code: "vote.cast", details: { round, me } }));
      return tx.requests.replace({ ...request, revision: round + 2, says: me }, round + 1);
    }),
  seen: (store, round) => store.transact((tx) => tx.seen.mark(`event-${round}`, Number.MAX_SAFE_INTEGER)),
  lock: async (store, round, me) =>
    (await store.transact((tx) => tx.locks.take([`a:round-${round}`, `a:round-${round}/pod/x`], requestId(me)))) ===
    null,
  message: async (store, round) => (await store.outbox.claim([round + 1], Number.MAX_SAFE_INTEGER)) !== "refused",
  setting: (store, round) =>
    store.transact(async (tx) => {
      const count = Number((await tx.settings.get("halted")) ?? 0);
      if (count !== round) return false;
      await tx.settings.set("halted", count + 1);
      return true;
    }),
};

async function race(store: Store, name: string, rounds: number, me: string): Promise<void> {
  const one = races[name];
  if (one === undefined) throw new Error(`no race ${name}`);
  for (let round = 0; round < rounds; round += 1) {
    // Everybody waits until the round before is decided, so that all ask at once.
    if (await one(store, round, me)) process.stdout.write(`won ${round}\n`);
    await store.transact((tx) =>
      tx.jobs.put({ id: `${name}-${round}-${me}`, kind: "expire", request: requestId("1"), dueAt: 0 }),
    );
    while ((await store.jobs.due(0, 1000)).filter(({ id }) => id.startsWith(`${name}-${round}-`)).length < everybody) {}
  }
}

async function appendMany(store: Store, count: number, me: string): Promise<void> {
  const writer = async (number: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const { seq, hash } = await store.transact(async (tx) => {
        // Some look first, so that the statement travels in the middle of the work.
        if (index % 7 === 0) await tx.seen.mark(`${process.pid}-${number}-${index}`, Number.MAX_SAFE_INTEGER);
        const record = await tx.audit.append(sampleEvent({ details: { me, number, index } }));
        await tx.jobs.put({
          id: `${process.pid}-${number}-${index}`,
          kind: "expire",
          request: requestId("1"),
          dueAt: record.seq,
        });
        return record;
      });
      process.stdout.write(`${seq} ${hash}\n`);
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(writer));
}

const [url = "", directory = "", what = "", count = "0", me = "1", all = "2"] = process.argv.slice(2);
const everybody = Number(all);
const patient = { lockWithinMs: 20_000, answerWithinMs: 20_000 };
const database = await reachDatabase({
  settings: settingsFor(url, patient),
  name: "DATABASE_URL",
  local: localClock,
  log: silent,
});
const store = await database.open({ clock: database.clock, directory, random, seal: sealRecord });
process.stdout.write("open\n");
if (what === "append") await appendMany(store, Number(count), me);
else if (what !== "open") await race(store, what, Number(count), me);
await store.close();
