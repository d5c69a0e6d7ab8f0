// Cards that were posted before a kill and not recorded: all are found, page by page, among thousands that stand, and nobody waits for it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { decide } from "../../bench/decide.ts";
import { openDesk } from "../../bench/parts/desk.ts";
import { pending as sampleVote } from "../../bench/sample-request.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Request } from "../../src/core/request.ts";
import { adoptPosted } from "../../src/dispatch/adopt.ts";
import type { Deps } from "../../src/dispatch/deps.ts";
import { makeDispatch } from "../../src/dispatch/dispatch.ts";
import { cardKey } from "../../src/dispatch/transition.ts";
import { opened } from "../approvals/make.ts";
import { everyone, pending } from "../approvals/scene.ts";
import {
  isCard,
  manualClock,
  random,
  requestId,
  sampleRequest,
  silent,
  temporaryDirectory,
  temporaryStore,
} from "../store/samples.ts";

const neverAborted = new AbortController().signal;
const idAt = (index: number) => requestId(String(index));

interface Filled {
  readonly store: Store;
  /** The size of each page that was read. */
  readonly pages: number[];
}

/**
 * 10,000 requests whose cards stand where they say, 120 of which the card was posted again and not recorded, and one that still waits
 * to be posted; all pending.
 */
async function filled(t: TestContext): Promise<Filled> {
  const directory = temporaryDirectory(t);
  const store = await temporaryStore(t, { directory });
  const first = { ...sampleRequest({ ...pending(), id: idAt(0) }), card: { channelId: "C2", ts: "0.1" } };
  await store.transact((tx) => tx.requests.insert(first));
  await store.outbox.markSent([0], { key: cardKey(first), channelId: "C2", ts: "0.1", sentAt: 1 }, isCard);
  await store.close();
  const database = new DatabaseSync(join(directory, "store.db"));
  // The newest are those that stand: whoever looks at so many of the newest finds none of the others.
  database.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10121)
    INSERT INTO requests (id, state, requester, card_channel, card_ts, asked_channel, asked_ts, revision, created_at, body, secret, pruned)
    SELECT printf('r-%07d', n), state, requester, card_channel, n || '.1', asked_channel, asked_ts, revision, created_at + n,
      json_set(body, '$.id', printf('r-%07d', n), '$.createdAt', created_at + n, '$.card.ts', n || '.1'), secret, pruned
    FROM requests, numbers WHERE id = 'r-0000000';
    INSERT INTO sent (key, channel, ts, sent_at)
    SELECT 'card:' || id, 'C2', CASE WHEN created_at - (SELECT MIN(created_at) FROM requests) <= 120 THEN 'new.' || id ELSE card_ts END, 1
    FROM requests WHERE id NOT IN ('r-0000000', 'r-0010121');`);
  database.close();
  const again = await temporaryStore(t, { directory });
  const pages: number[] = [];
  const unplaced: Store["requests"]["unplaced"] = async (of) => {
    const found = await again.requests.unplaced(of);
    assert.ok(found.length <= of.limit && of.limit <= 50, "so many are in memory at once");
    pages.push(found.length);
    return found;
  };
  return { store: { ...again, requests: { ...again.requests, unplaced } }, pages };
}

function depsOn(store: Store, more: Partial<Deps> = {}): Deps {
  const people = { person: async () => everyone[0], members: async () => [] };
  const known = { store, people, clock: manualClock(), random, log: silent, verbs: new Map(), runner: "r1" };
  return { ...known, channels: { approvals: "C2", audit: "C3" }, nudge: () => undefined, ...more } as unknown as Deps;
}

test("all that are open are looked at, by their places and not by their documents, fifty at a time", async (t) => {
  const { store, pages } = await filled(t);
  await adoptPosted(depsOn(store), neverAborted);
  assert.deepEqual(
    pages,
    [50, 50, 21],
    "120 that are not recorded and one that is not posted; of 10,000 nothing is read",
  );
  for (const index of [1, 60, 120])
    assert.equal((await store.requests.get(idAt(index)))?.card.ts, `new.${idAt(index)}`);
  assert.equal((await store.requests.get(idAt(121)))?.card.ts, "121.1");
  assert.equal((await store.audit.list({ code: "request.posted", limit: 999 })).length, 120);
  await adoptPosted(depsOn(store), neverAborted);
  assert.equal((await store.audit.list({ code: "request.posted", limit: 999 })).length, 120, "twice does no more");
});

test("a card that was posted for the first time begins its votes", async (t) => {
  const store = await temporaryStore(t);
  const request: Request = opened(pending().requirement, everyone);
  await store.transact((tx) => tx.requests.insert(request));
  await store.outbox.markSent([0], { key: cardKey(request), channelId: "C2", ts: "7.1", sentAt: 1 }, isCard);
  await adoptPosted(depsOn(store), neverAborted);
  const found = await store.requests.get(request.id);
  assert.deepEqual([found?.state, found?.card.ts], ["pending", "7.1"]);
});

test("a store that is away is asked again; a request that cannot be recorded keeps nobody from the others", async (t) => {
  const { store } = await filled(t);
  const clock = manualClock();
  let asked = 0;
  const unplaced: Store["requests"]["unplaced"] = async (of) => {
    asked += 1;
    if (asked === 1) throw new Error("away");
    return store.requests.unplaced(of);
  };
  const sent: Store["outbox"]["sent"] = async (key) => {
    if (key === cardKey({ id: idAt(3), version: 1 })) throw new Error("this one");
    return store.outbox.sent(key);
  };
  const broken = { ...store, requests: { ...store.requests, unplaced }, outbox: { ...store.outbox, sent } };
  const done = adoptPosted(depsOn(broken, { clock }), neverAborted);
  while (asked < 1) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  clock.set(clock.now() + 5_000);
  await done;
  assert.equal((await store.audit.list({ code: "request.posted", limit: 999 })).length, 119);
});

test("the bot has started, and takes votes, before it is done; told to stop, it stops", async (t) => {
  const desk = await openDesk(temporaryDirectory(t));
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<readonly Request[]>();
  const unplaced: Store["requests"]["unplaced"] = () => {
    asked.resolve();
    return answer.promise;
  };
  const { store } = desk.deps;
  const dispatch = makeDispatch(
    { ...desk.deps, store: { ...store, requests: { ...store.requests, unplaced } } },
    { credentialsIn: async () => [] },
  );
  await dispatch.start();
  await asked.promise;
  await store.transact((tx) => tx.requests.insert(sampleVote(7)));
  await decide(desk, 200_007);
  const stopped = dispatch.stop();
  answer.resolve(Array.from({ length: 50 }, (_, index) => sampleVote(index)));
  await stopped;
  await desk.close();
});
