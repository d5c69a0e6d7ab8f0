// What every store must do, whatever it is built on: one suite for each backend.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { chainStart, hashedAgain } from "../../src/audit/chain.ts";
import type { Review } from "../../src/core/break-glass.ts";
import type { Delegation } from "../../src/core/delegation.ts";
import { asGroupName, asHumanId, type DelegationId, type RequestId } from "../../src/core/ids.ts";
import type { PrunedRequest } from "../../src/core/ports/pruning.ts";
import type { Digested, ReviewFilter, Store, Tx } from "../../src/core/ports/store.ts";
import type { Request } from "../../src/core/request.ts";
import type { AccountLink, HalfSignIn, SignIn } from "../../src/core/sign-in.ts";
import {
  isCard,
  isLine,
  type ManualClock,
  manualClock,
  requestId,
  sampleEvent,
  sampleGrant,
  sampleMessage,
  sampleRequest,
  sampleReview,
} from "../store/samples.ts";
import { leftoverRules } from "./leftovers.ts";

/** Opens an empty store that is closed and removed after the test. */
export type OpenForTest = (t: TestContext, clock: ManualClock) => Promise<Store>;

export function storeContract(name: string, open: OpenForTest): void {
  const rule = (text: string, check: (store: Store, clock: ManualClock) => Promise<void>) =>
    test(`${name}: ${text}`, async (t) => {
      const clock = manualClock();
      await check(await open(t, clock), clock);
    });
  const now = manualClock().now();
  leftoverRules(rule);

  rule("work that throws leaves nothing, and its error is passed on", async (store) => {
    const fault = new Error("no");
    await assert.rejects(
      store.transact(async (tx) => {
        await tx.requests.insert(sampleRequest());
        await tx.audit.append(sampleEvent());
        await tx.outbox.put(sampleMessage());
        await tx.jobs.put({ id: "a", kind: "execute", request: requestId("1"), dueAt: 0 });
        throw fault;
      }),
      (error) => error === fault,
    );
    assert.equal(await store.requests.get(requestId("1")), null);
    assert.equal(await store.audit.head(), null);
    assert.deepEqual(await store.outbox.due(now, 10), []);
    assert.equal(await store.jobs.next(), null);
    const record = await store.transact((tx) => tx.audit.append(sampleEvent()));
    assert.equal(record.seq, 0);
  });

  rule("a statement that the database refuses ends the transaction, whatever the work does then", async (store) => {
    await store.transact((tx) => tx.requests.insert(sampleRequest()));
    await assert.rejects(
      store.transact(async (tx) => {
        await tx.audit.append(sampleEvent());
        await tx.requests.insert(sampleRequest()).catch(() => undefined);
        await tx.audit.append(sampleEvent());
      }),
    );
    assert.equal(await store.audit.head(), null);
    assert.equal((await store.transact((tx) => tx.audit.append(sampleEvent()))).seq, 0);
  });

  rule("reads outside see the last commit, not what is under way", async (store) => {
    await store.transact(async (tx) => {
      await tx.requests.insert(sampleRequest());
      assert.equal((await tx.requests.get(requestId("1")))?.revision, 1);
      assert.equal(await store.requests.get(requestId("1")), null);
    });
    assert.deepEqual(await store.requests.get(requestId("1")), sampleRequest());
  });

  rule("a transaction is refused inside a transaction, instead of waiting for itself", async (store) => {
    await assert.rejects(
      store.transact(() => store.transact(async () => 1)),
      /inside a transaction/,
    );
    assert.equal(await store.transact(async () => 2), 2);
  });

  rule("a transaction that is over takes nothing more", async (store) => {
    let leaked: Tx | null = null;
    await store.transact(async (tx) => {
      leaked = tx;
    });
    const tx = leaked as Tx | null;
    assert.ok(tx !== null);
    await assert.rejects(tx.audit.append(sampleEvent()), /over/);
  });

  rule("a request is replaced only at the revision that was read", async (store) => {
    await store.transact((tx) => tx.requests.insert(sampleRequest()));
    const next = sampleRequest({ revision: 2, state: "pending", card: { channelId: "C2", ts: "5.5" } });
    assert.equal(await store.transact((tx) => tx.requests.replace(next, 1)), true);
    assert.equal(await store.transact((tx) => tx.requests.replace(next, 1)), false);
    assert.deepEqual(await store.requests.get(requestId("1")), next);
    await assert.rejects(
      store.transact((tx) => tx.requests.replace(sampleRequest({ revision: 4 }), 2)),
      /cannot follow/,
    );
  });

  rule("of many who replace one revision, one succeeds", async (store) => {
    await store.transact((tx) => tx.requests.insert(sampleRequest()));
    const tries = Array.from({ length: 20 }, (_, index) =>
      store.transact((tx) => tx.requests.replace(sampleRequest({ revision: 2, says: `${index}` }), 1)),
    );
    assert.equal((await Promise.all(tries)).filter((won) => won).length, 1);
  });

  rule("requests are found by state, requester, places and object, newest first", async (store) => {
    const at = (index: number) => now + index;
    await store.transact(async (tx) => {
      await tx.requests.insert(sampleRequest({ id: requestId("1"), createdAt: at(1) }));
      await tx.requests.insert(sampleRequest({ id: requestId("2"), createdAt: at(2), state: "done" }));
      await tx.requests.insert(
        sampleRequest({
          id: requestId("3"),
          createdAt: at(3),
          askedIn: { channelId: "C9", ts: "9.9" },
          card: { channelId: "C8", ts: "8.8" },
          requester: { ...sampleRequest().requester, userId: "U3" },
        }),
      );
    });
    const ids = async (filter: object) => (await store.requests.list({ limit: 10, ...filter })).map(({ id }) => id);
    const [one, two, three] = [requestId("1"), requestId("2"), requestId("3")];
    assert.deepEqual(await ids({}), [three, two, one]);
    assert.deepEqual(await ids({ limit: 2 }), [three, two]);
    assert.deepEqual(await ids({ states: ["done"] }), [two]);
    assert.deepEqual(await ids({ states: [] }), []);
    assert.deepEqual(await ids({ requesterUserId: "U3" }), [three]);
    assert.deepEqual(await ids({ cardChannel: "C8", cardTs: "8.8" }), [three]);
    assert.deepEqual(await ids({ askedChannel: "C9" }), [three]);
    assert.deepEqual(await ids({ askedTs: "1.1" }), [two, one]);
    assert.deepEqual(await ids({ object: "dev:shop/deployment/checkout" }), [three, two, one]);
    assert.deepEqual(await ids({ object: "dev:shop/deployment/other" }), []);
    assert.equal(await store.requests.count({ states: ["planned"] }), 2);
  });

  rule(
    "open requests whose card is not known to stand where they say, page by page, the oldest first",
    async (store) => {
      const at = (id: string, createdAt: number, ts: string | null, more: Partial<Request> = {}) =>
        sampleRequest({ id: requestId(id), createdAt, card: { channelId: "C2", ts }, state: "pending", ...more });
      await store.transact(async (tx) => {
        await tx.requests.insert(at("1", 9, "1.1"));
        await tx.requests.insert(at("2", 8, "2.1"));
        await tx.requests.insert(at("3", 7, null, { state: "planned" }));
        await tx.requests.insert(at("4", 7, "4.1", { state: "verifying" }));
        await tx.requests.insert(at("5", 6, null, { state: "denied" }));
        await tx.requests.insert(at("6", 5, "1.1", { card: { channelId: "C9", ts: "1.1" } }));
      });
      await store.outbox.markSent([0], { key: "card:1", channelId: "C2", ts: "1.1", sentAt: now }, isCard);
      const page = async (after: Request | null) => store.requests.unplaced({ after, limit: 2 });
      const first = await page(null);
      const second = await page(first.at(-1) ?? null);
      const names = (found: readonly Request[]) => found.map(({ id }) => id);
      assert.deepEqual([names(first), names(second)], [["6", "3"].map(requestId), ["4", "2"].map(requestId)]);
      assert.deepEqual(await page(second.at(-1) ?? null), []);
    },
  );

  rule("a new version's objects replace the old ones", async (store) => {
    await store.transact((tx) => tx.requests.insert(sampleRequest()));
    const plan = { ...sampleRequest().plan, changes: [] };
    await store.transact((tx) => tx.requests.replace(sampleRequest({ revision: 2, plan }), 1));
    assert.equal(await store.requests.count({ object: "dev:shop/deployment/checkout" }), 0);
  });

  rule("records are numbered and chained in the order of their appends", async (store, clock) => {
    const [first, second] = await store.transact(async (tx) => [
      await tx.audit.append(sampleEvent()),
      await tx.audit.append(sampleEvent({ code: "write.done", details: { text: "\u0007\u202e" } })),
    ]);
    const third = await store.transact((tx) => tx.audit.append(sampleEvent()));
    assert.deepEqual([first?.seq, second?.seq, third.seq], [0, 1, 2]);
    assert.deepEqual([first?.previous, second?.previous, third.previous], [chainStart, first?.hash, second?.hash]);
    assert.equal(first?.at, clock.now());
    const all = await store.audit.list({ afterSeq: -1, limit: 10 });
    assert.deepEqual(all, [first, second, third]);
    for (const record of all) assert.equal(hashedAgain(record).hash, record.hash);
    assert.deepEqual(await store.audit.head(), third);
  });

  rule("appends from many transactions at once make one chain without gaps", async (store) => {
    const append = (index: number) =>
      store.transact(async (tx) => {
        if (index % 7 === 0) await tx.requests.get(requestId("1"));
        if (index % 10 === 3) throw new Error("not this one");
        return tx.audit.append(sampleEvent({ details: { index } }));
      });
    const settled = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => append(index)));
    const acknowledged = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const all = await store.audit.list({ afterSeq: -1, limit: 1000 });
    assert.equal(acknowledged.length, 180);
    assert.deepEqual(
      all,
      acknowledged.sort((one, other) => one.seq - other.seq),
    );
    for (const [index, record] of all.entries()) {
      assert.equal(record.seq, index);
      assert.equal(record.previous, index === 0 ? chainStart : all[index - 1]?.hash);
    }
  });

  rule("records are found by request, person, code and time; without a start, the newest", async (store, clock) => {
    const actor = {
      human: sampleRequest().requester.human,
      userId: "U1",
      name: "Ada",
      teamId: "T1",
      subject: null,
      assurance: "directory" as const,
    };
    for (const index of [0, 1, 2, 3]) {
      clock.set(now + index * 1000);
      await store.transact((tx) =>
        tx.audit.append(
          sampleEvent({
            request: index % 2 === 0 ? requestId("1") : null,
            actor: index === 3 ? actor : null,
            code: index === 1 ? "vote.cast" : "write.done",
          }),
        ),
      );
    }
    const seqs = async (filter: object) => (await store.audit.list({ limit: 10, ...filter })).map(({ seq }) => seq);
    assert.deepEqual(await seqs({ request: requestId("1") }), [0, 2]);
    assert.deepEqual(await seqs({ userId: "U1" }), [3]);
    assert.deepEqual(await seqs({ code: "vote.cast" }), [1]);
    assert.deepEqual(await seqs({ since: now + 1000, until: now + 2000 }), [1, 2]);
    assert.deepEqual(await seqs({ limit: 2 }), [2, 3]);
    assert.deepEqual(await seqs({ afterSeq: 0, limit: 2 }), [1, 2]);
  });

  rule(
    "pruned records keep their place and are found by nothing but it; doing it twice does no more",
    async (store) => {
      for (const index of [0, 1, 2])
        await store.transact((tx) => tx.audit.append(sampleEvent({ request: requestId("1"), details: { index } })));
      const before = await store.audit.lines({ afterSeq: -1, limit: 10 });
      assert.deepEqual(
        before.map(({ line }) => JSON.parse(line) as unknown),
        await store.audit.list({ afterSeq: -1, limit: 10 }),
      );
      const left = [{ seq: 1, line: '{"leaf":"sha256:00","seq":1}' }];
      for (const _ of [1, 2]) await store.transact((tx) => tx.audit.prune(left));
      assert.deepEqual(await store.audit.lines({ afterSeq: -1, limit: 10 }), [before[0], ...left, before[2]]);
      assert.deepEqual(await store.audit.lines({ afterSeq: 0, limit: 1 }), left);
      for (const filter of [{ afterSeq: -1 }, { request: requestId("1") }, {}, { since: 0 }, { until: 0 }])
        assert.deepEqual(
          (await store.audit.list({ limit: 10, ...filter })).map(({ seq }) => seq),
          "until" in filter ? [] : [0, 2],
        );
      await assert.rejects(store.transact((tx) => tx.audit.prune([{ seq: 9, line: "" }])));
      assert.equal((await store.transact((tx) => tx.audit.append(sampleEvent()))).seq, 3);
      await store.overwrite();
    },
  );

  rule("prunings stand until they are ended, the oldest first", async (store) => {
    await store.transact(async (tx) => {
      await tx.prunings.begin(7);
      await tx.prunings.begin(3);
    });
    assert.deepEqual(await store.prunings.unfinished(), [3, 7]);
    for (const _ of [1, 2]) await store.transact((tx) => tx.prunings.end(3, now));
    assert.deepEqual(await store.prunings.unfinished(), [7]);
    await assert.rejects(store.transact((tx) => tx.prunings.begin(3)));
  });

  rule(
    "of a pruned request its stub is left, and nothing finds it any more; its id is never given out again",
    async (store) => {
      const [one, two] = ["1", "2"].map((id) => sampleRequest({ id: requestId(id), state: "done", endedAt: now + 5 }));
      assert.ok(one !== undefined && two !== undefined);
      await store.transact(async (tx) => {
        await tx.requests.insert(one);
        await tx.requests.insert(two);
        await tx.grants.insert(sampleGrant({ id: one.id, state: "ended" }));
        await tx.reviews.insert(sampleReview("v1", { request: one.id, state: "ok" }));
      });
      const left: PrunedRequest = {
        ...{ id: one.id, verb: "scale", createdAt: one.createdAt, endedAt: now + 5 },
        ...{ state: "done", prunedAt: now + 9, record: 4, archive: null },
      };
      assert.equal(await store.requests.pruned(one.id), null);
      for (const _ of [1, 2]) await store.transact((tx) => tx.requests.prune(left));
      assert.deepEqual(await store.requests.pruned(one.id), left);
      assert.equal(await store.requests.get(one.id), null);
      assert.deepEqual(await store.requests.list({ limit: 9 }), [two]);
      assert.deepEqual(await store.requests.list({ limit: 9, cardChannel: "C2" }), [two]);
      assert.deepEqual(await store.requests.list({ limit: 9, object: "dev:shop/deployment/checkout" }), [two]);
      assert.equal(await store.requests.count({ states: ["done"] }), 1);
      assert.deepEqual(await store.requests.standing([one.id, two.id, requestId("9")]), new Set([two.id]));
      assert.deepEqual(await store.requests.standing([]), new Set());
      assert.equal(await store.grants.get(one.id), null);
      assert.deepEqual(await store.reviews.list({ limit: 9 }), []);
      assert.equal(await store.transact((tx) => tx.requests.replace({ ...one, revision: 2 }, 1)), false);
      await assert.rejects(store.transact((tx) => tx.requests.insert(one)));
      await store.transact((tx) => tx.requests.prune({ ...left, id: requestId("9") }));
      assert.equal(await store.requests.pruned(requestId("9")), null);
    },
  );

  rule(
    "requests that are over are listed oldest first, page by page, but for those that something alive holds",
    async (store) => {
      const made = (id: string, over: object) =>
        sampleRequest({ id: requestId(id), createdAt: now, state: "done", ...over });
      await store.transact(async (tx) => {
        for (const id of ["1", "2", "3", "4", "5"]) await tx.requests.insert(made(id, {}));
        await tx.requests.insert(made("6", { createdAt: now - 1 }));
        await tx.requests.insert(made("7", { createdAt: now + 1 }));
        await tx.requests.insert(made("8", { state: "pending" }));
        await tx.grants.insert(sampleGrant({ id: requestId("2"), state: "ending" }));
        await tx.reviews.insert(sampleReview("v1", { request: requestId("3") }));
        await tx.jobs.put({ id: "a", kind: "digest", request: requestId("4"), dueAt: now + 1e9 });
      });
      const page = async (after: { createdAt: number; id: RequestId } | null, limit: number) =>
        (await store.requests.over({ createdBefore: now + 1, after, limit })).map(({ id, body }) => {
          assert.equal((JSON.parse(body) as { id: string }).id, id);
          return id;
        });
      assert.deepEqual(await page(null, 9), ["6", "1", "5"].map(requestId));
      assert.deepEqual(await page(null, 1), [requestId("6")]);
      assert.deepEqual(await page({ createdAt: now - 1, id: requestId("6") }, 1), [requestId("1")]);
      assert.deepEqual(await page({ createdAt: now, id: requestId("1") }, 9), [requestId("5")]);
    },
  );

  rule("messages are due oldest first, and remembered by key and by place once sent", async (store) => {
    await store.transact(async (tx) => {
      await tx.outbox.put(sampleMessage({ key: "one", living: false }));
      await tx.outbox.put(sampleMessage({ key: "one", living: false }));
      await tx.outbox.put(sampleMessage({ key: "two" }));
    });
    const rows = await store.outbox.due(now, 10);
    assert.deepEqual(
      rows.map(({ key }) => key),
      ["one", "one", "two"],
    );
    assert.deepEqual(await store.outbox.backlog(), { count: 3, oldestCreatedAt: now });
    const [first, , third] = rows;
    assert.ok(first !== undefined && third !== undefined);
    await store.outbox.markSent([third.id], { key: "two", channelId: "C1", ts: "7.7", sentAt: now }, isCard);
    assert.deepEqual(await store.outbox.sent("two"), { key: "two", channelId: "C1", ts: "7.7", sentAt: now });
    assert.equal(await store.outbox.keyOf("C1", "7.7"), "two");
    assert.equal(await store.outbox.keyOf("C1", "7.8"), null);
    await store.outbox.markLater(first, { dueAt: now + 5 });
    assert.equal((await store.outbox.due(now, 10)).length, 1);
    assert.equal((await store.outbox.due(now + 5, 10))[0]?.attempts, 1);
    await store.outbox.markDropped(first.id, "channel_not_found");
    assert.equal((await store.outbox.due(now + 5, 10)).length, 1);
    assert.equal((await store.outbox.backlog()).count, 1);
  });

  rule("a long line of one channel is not in the way of another's", async (store) => {
    const put = (key: string, channelId: string) =>
      store.transact((tx) => tx.outbox.put(sampleMessage({ key, living: false, to: { channelId, thread: null } })));
    for (const key of ["a1", "a2", "a3", "a4"]) await put(key, "C-audit");
    await put("b1", "C-approvals");
    await put("a5", "C-audit");
    await put("c1", "C-team");
    const keys = async (perChannel: number) => (await store.outbox.due(now, perChannel)).map(({ key }) => key);
    assert.deepEqual(await keys(2), ["a1", "a2", "b1", "c1"]);
    assert.deepEqual(await keys(1), ["a1", "b1", "c1"]);
    for (const leftOut of [["C-audit"], ["C-audit", "C-none", "C-other"]])
      assert.deepEqual(
        (await store.outbox.due(now, 1, leftOut)).map(({ key }) => key),
        ["b1", "c1"],
      );
    assert.deepEqual(await store.outbox.due(now, 1, ["C-audit", "C-approvals", "C-team"]), []);
    const [first] = await store.outbox.due(now, 1);
    assert.ok(first !== undefined);
    await store.outbox.markLater(first, { dueAt: now + 5 });
    assert.deepEqual(await keys(1), ["a2", "b1", "c1"], "what is later does not hold up what is due");
    assert.equal((await store.outbox.due(now, 10)).length, 6);
  });

  rule("a living message keeps its place and shows only its newest form", async (store, clock) => {
    const put = (text: string) =>
      store.transact((tx) =>
        tx.outbox.put(sampleMessage({ key: "card", message: { ...sampleMessage().message, summary: text } })),
      );
    await put("first");
    await store.transact((tx) => tx.outbox.put(sampleMessage({ key: "other" })));
    clock.set(now + 50);
    await put("second");
    const rows = await store.outbox.due(now + 50, 10);
    assert.deepEqual(
      rows.map((row) => [row.key, row.message.summary, row.createdAt]),
      [
        ["card", "second", now],
        ["other", "hello", now],
      ],
    );
  });

  rule(
    "a message is one process's to send until its claim runs out; what is gone cannot be claimed",
    async (store, clock) => {
      await store.transact(async (tx) => {
        for (const key of ["one", "two"]) await tx.outbox.put(sampleMessage({ key, living: false }));
      });
      const [one, two] = (await store.outbox.due(now, 10)).map(({ id }) => id);
      assert.ok(one !== undefined && two !== undefined);
      const claims = await Promise.all([1, 2, 3].map(() => store.outbox.claim([one, two], now + 10)));
      assert.deepEqual(claims, ["claimed", "claimed", "claimed"], "one's own again");
      await store.outbox.markSent([one], { key: "one", channelId: "C1", ts: "1.0", sentAt: now }, isLine);
      assert.equal(await store.outbox.claim([one], now + 10), "refused", "it was sent");
      assert.equal(await store.outbox.claim([two, one], now + 10), "refused", "all or none");
      clock.set(now + 20);
      assert.equal(await store.outbox.claim([two], now + 30), "claimed");
      await store.outbox.markDropped(two, "given up");
      assert.equal(await store.outbox.claim([two], now + 40), "refused");
    },
  );

  rule("a lease is prolonged by its holder, and freed", async (store) => {
    const take = (until: number) => store.transact((tx) => tx.leases.take("outbox", until));
    assert.deepEqual([await take(now + 10), await take(now + 20)], [true, true]);
    await store.transact((tx) => tx.leases.free("outbox"));
    assert.equal(await take(now + 5), true);
  });

  rule("changes of links and settings are counted, and nothing else is", async (store) => {
    const before = await store.changes();
    await store.transact((tx) => tx.audit.append(sampleEvent()));
    assert.deepEqual(await store.changes(), before);
    await store.transact((tx) => tx.settings.set("halted", null));
    assert.deepEqual(await store.changes(), { ...before, settings: before.settings + 1 });
    await insertLink(store, sampleLink("1", "U1", "ana"));
    await store.transact((tx) => tx.links.replace({ ...sampleLink("1", "U1", "ana"), revision: 2, endedAt: now }, 1));
    assert.deepEqual(await store.changes(), { links: before.links + 2, settings: before.settings + 1 });
  });

  rule("rows that went out as one message are each known by their key", async (store) => {
    const keys = ["audit:r-0000001", "audit:r-0000002"];
    await store.transact(async (tx) => {
      for (const key of keys) await tx.outbox.put(sampleMessage({ key, living: false, lane: "audit" }));
    });
    const ids = (await store.outbox.due(now, 10)).map(({ id }) => id);
    const sent = { channelId: "C1", ts: "1.0", sentAt: now };
    await store.outbox.markSent(ids, { key: "audit:r-0000001", ...sent }, isLine);
    assert.deepEqual(
      await Promise.all(keys.map((key) => store.outbox.sent(key))),
      keys.map((key) => ({ key, ...sent })),
    );
    assert.deepEqual(await store.outbox.due(now, 10), []);
  });

  rule(
    "what one transaction puts is sent in its order, and of a living message only the newest form",
    async (store) => {
      const form = (summary: string) => ({ ...sampleMessage().message, summary });
      await store.transact((tx) => tx.outbox.put(sampleMessage({ key: "card", message: form("before") })));
      await store.transact(async (tx) => {
        for (let index = 0; index < 20; index += 1)
          await tx.outbox.put(sampleMessage({ key: "line", living: false, message: form(`line ${index}`) }));
        await tx.outbox.put(sampleMessage({ key: "card", message: form("first") }));
        await tx.outbox.put(sampleMessage({ key: "other", message: form("other") }));
        await tx.outbox.put(sampleMessage({ key: "card", message: form("second") }));
      });
      const rows = await store.outbox.due(now, 100);
      const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
      assert.deepEqual(
        rows.map(({ message }) => message.summary),
        ["second", ...lines, "other"],
      );
      assert.equal(new Set(rows.map(({ id }) => id)).size, 22);
    },
  );

  rule("a newer form put while the older one is being sent is still sent", async (store) => {
    const put = () => store.transact((tx) => tx.outbox.put(sampleMessage({ key: "card" })));
    await put();
    const [inHand] = await store.outbox.due(now, 1);
    assert.ok(inHand !== undefined);
    await put();
    await store.outbox.markSent([inHand.id], { key: "card", channelId: "C1", ts: "1.0", sentAt: now }, isCard);
    const [newer] = await store.outbox.due(now, 10);
    assert.ok(newer !== undefined && newer.id !== inHand.id);
  });

  rule("a newer form shares the wait and the doubt of the older one that was in hand", async (store) => {
    const put = () => store.transact((tx) => tx.outbox.put(sampleMessage({ key: "card" })));
    await put();
    const [inHand] = await store.outbox.due(now, 1);
    assert.ok(inHand !== undefined);
    await put();
    await store.outbox.markLater(inHand, { dueAt: now + 5, doubtUntil: now + 100 });
    assert.deepEqual(await store.outbox.due(now + 4, 1), []);
    const [newer] = await store.outbox.due(now + 5, 1);
    assert.deepEqual([newer?.attempts, newer?.doubtUntil], [1, now + 100]);
    await put();
    const [newest] = await store.outbox.due(now, 1);
    assert.deepEqual([newest?.attempts, newest?.doubtUntil], [0, now + 100], "it is sent at once, and doubted as long");
  });

  rule("what stands in doubt is sent once more at its end, and is no backlog until then", async (store) => {
    const put = () => store.transact((tx) => tx.outbox.put(sampleMessage({ key: "card" })));
    const sent = { key: "card", channelId: "C1", ts: "1.0", sentAt: now };
    await put();
    const [first] = await store.outbox.due(now, 1);
    assert.ok(first !== undefined);
    await store.outbox.markSent([first.id], sent, { ...isCard, again: { row: first.id, at: now + 100 } });
    assert.deepEqual(await store.outbox.sent("card"), sent);
    assert.deepEqual(await store.outbox.due(now + 99, 1), []);
    assert.deepEqual(await store.outbox.backlog(), { count: 0, oldestCreatedAt: null });
    const [again] = await store.outbox.due(now + 100, 1);
    assert.deepEqual([again?.id, again?.attempts, again?.createdAt], [first.id, 0, now + 100]);
    await put();
    const [newer] = await store.outbox.due(now, 1);
    assert.deepEqual([newer?.createdAt, newer?.doubtUntil], [now, now + 100]);
    assert.ok(newer !== undefined);
    await put();
    await store.outbox.markSent([newer.id], sent, { ...isCard, again: { row: newer.id, at: now + 200 } });
    const [newest] = await store.outbox.due(now, 1);
    assert.equal(newest?.doubtUntil, now + 200, "what came while it was sent shares the doubt");
    assert.ok(newest !== undefined);
    await store.outbox.markSent([newest.id], sent, isCard);
    assert.deepEqual(await store.outbox.due(now + 999, 1), []);
  });

  rule("the same job twice is one, due at the earlier time", async (store) => {
    const job = { id: "execute:1", kind: "execute" as const, request: requestId("1"), dueAt: 50 };
    await store.transact(async (tx) => {
      await tx.jobs.put(job);
      await tx.jobs.put({ ...job, dueAt: 90 });
      await tx.jobs.put({ ...job, id: "other", dueAt: 40 });
      await tx.jobs.put({ ...job, id: "other", dueAt: 20 });
    });
    assert.equal(await store.jobs.next(), 20);
    assert.deepEqual(await store.jobs.due(50, 10), [{ ...job, id: "other", dueAt: 20 }, job]);
  });

  const claimed = { by: "one", until: 1_000, now: 100 };
  const aJob = { id: "execute:1", kind: "execute" as const, request: requestId("1"), dueAt: 50, targets: ["dev:shop"] };

  rule("a due job is in one hand at a time, until its claim is over or given back", async (store) => {
    const claim = (ids: readonly string[], by: string, now: number) =>
      store
        .transact((tx) => tx.jobs.claim(ids, { by, until: now + 900, now }))
        .then(() => store.jobs.claimed(ids, { by, until: now + 900 }))
        .then((jobs) => jobs.map(({ id }) => id));
    await store.transact(async (tx) => {
      await tx.jobs.put(aJob);
      await tx.jobs.put({ ...aJob, id: "later", dueAt: 101 });
    });
    assert.deepEqual(await claim([aJob.id, "later", "unknown"], "one", 100), [aJob.id], "only what is due");
    assert.deepEqual(await claim([aJob.id], "two", 999), []);
    const [standing] = await store.jobs.standing({ kinds: ["execute"], by: 100, limit: 10 });
    assert.deepEqual(standing, { ...aJob, since: 50, failures: 0, claim: { by: "one", until: 1_000 } });
    assert.deepEqual(await claim([aJob.id], "two", 1_000), [aJob.id], "the first one's claim is over");
    await store.transact((tx) => tx.jobs.release());
    assert.deepEqual(await claim([aJob.id], "three", 1_000), [aJob.id]);
  });

  rule("who lost a job neither renews nor ends it; who has it does, and its place in line stays", async (store) => {
    await store.transact((tx) => tx.jobs.put(aJob));
    await store.transact((tx) => tx.jobs.claim([aJob.id], claimed));
    await store.transact((tx) => tx.jobs.claim([aJob.id], { by: "two", until: 3_000, now: 2_000 }));
    const renew = (by: string) => store.transact((tx) => tx.jobs.renew([aJob.id], { by, until: 5_000 }));
    assert.deepEqual([await renew("one"), await renew("two")], [[], [aJob.id]]);
    await store.transact((tx) => tx.jobs.end([aJob.id], "one"));
    await store.transact((tx) => tx.jobs.postpone(aJob.id, "one", { at: 1, failures: 9 }));
    const standing = async () => (await store.jobs.standing({ kinds: ["execute"], by: 9_999, limit: 10 }))[0];
    assert.deepEqual((await standing())?.claim, { by: "two", until: 5_000 });
    await store.transact((tx) => tx.jobs.postpone(aJob.id, "two", { at: 7_000, failures: 2 }));
    assert.deepEqual(await standing(), { ...aJob, dueAt: 7_000, since: 50, failures: 2, claim: null });
    assert.equal(await store.jobs.next(), 7_000);
    await store.transact((tx) => tx.jobs.claim([aJob.id], { by: "one", until: 9_000, now: 8_000 }));
    await store.transact((tx) => tx.jobs.end([aJob.id], "one"));
    assert.equal(await store.jobs.next(), null);
  });

  rule("a key is marked as seen once until its mark runs out", async (store, clock) => {
    const mark = () => store.transact((tx) => tx.seen.mark("event", clock.now() + 10));
    assert.deepEqual([await mark(), await mark()], [true, false]);
    clock.set(now + 9);
    assert.equal(await store.transact((tx) => tx.seen.mark("event", now + 100)), false);
    clock.set(now + 10);
    assert.equal(await mark(), true);
  });

  rule("of many who mark one key at once, one is first", async (store) => {
    const marks = Array.from({ length: 30 }, () => store.transact((tx) => tx.seen.mark("click", now + 10)));
    assert.equal((await Promise.all(marks)).filter((first) => first).length, 1);
  });

  rule("settings keep what was set last", async (store) => {
    assert.equal(await store.settings.get("halted"), null);
    await store.transact((tx) => tx.settings.set("halted", { by: "U1" }));
    await store.transact((tx) => tx.settings.set("halted", { by: "U2" }));
    assert.deepEqual(await store.settings.get("halted"), { by: "U2" });
    assert.deepEqual(await store.transact((tx) => tx.settings.get("halted")), { by: "U2" });
  });

  rule("a delegation counts until its time or its end, which is once", async (store) => {
    const person = (name: string) => ({ human: asHumanId(`slack:T1/${name}`), userId: name, name });
    const lent = { from: person("U1"), to: person("U2"), groups: [asGroupName("leads")], reason: "holiday" };
    const made = (id: string, until: number): Delegation => ({
      id: id as DelegationId,
      ...lent,
      madeAt: now,
      until,
      endedAt: null,
    });
    const [short, long] = [made("d-0000001", now + 10), made("d-0000002", now + 20)];
    await store.transact(async (tx) => {
      await tx.delegations.insert(long);
      await tx.delegations.insert(short);
    });
    assert.deepEqual(await store.delegations.inForce(now), [short, long], "soonest end first");
    assert.deepEqual(await store.delegations.inForce(now + 10), [long]);
    assert.deepEqual(await store.delegations.inForce(now - 1), [], "not before it was made");
    assert.deepEqual(await store.delegations.inForce(now), [short, long], "asked as of a later time again");
    const end = (at: number) => store.transact((tx) => tx.delegations.end(long.id, at));
    const ends = await Promise.all([end(now + 5), end(now + 5), end(now + 5)]);
    assert.equal(ends.filter((ended) => ended).length, 1);
    assert.deepEqual(await store.delegations.inForce(now + 1), [short]);
    assert.equal(await store.transact((tx) => tx.delegations.end(short.id, now + 10)), false, "it has ended by itself");
    await assert.rejects(store.transact((tx) => tx.delegations.insert(short)));
  });

  rule("delegations that were just asked for are seen as the next commit leaves them", async (store) => {
    const person = (name: string) => ({ human: asHumanId(`slack:T1/${name}`), userId: name, name });
    const lent = { from: person("U1"), to: person("U2"), groups: [asGroupName("leads")], reason: "holiday" };
    const one: Delegation = { id: "d-0000001" as DelegationId, ...lent, madeAt: now, until: now + 10, endedAt: null };
    assert.deepEqual(await store.delegations.inForce(now), []);
    // Asked again while the commit is under way: what comes after it must not be told what was kept before it.
    const made = store.transact((tx) => tx.delegations.insert(one));
    const meanwhile = store.delegations.inForce(now);
    await made;
    assert.deepEqual(await store.delegations.inForce(now), [one]);
    await meanwhile;
    const ended = store.transact((tx) => tx.delegations.end(one.id, now + 1));
    const before = store.delegations.inForce(now + 1);
    await ended;
    assert.deepEqual(await store.delegations.inForce(now + 1), []);
    await before;
  });

  rule("what a person was told is kept by compare-and-set, and quiet ones are not listed", async (store) => {
    const told = (revision: number, requests: readonly RequestId[]): Digested => ({
      ...{ userId: "U1", revision, requests, key: "digest:U1:1", openedAt: now, pingedAt: now },
    });
    const put = (next: Digested) => store.transact((tx) => tx.digests.put(next));
    assert.equal(await store.digests.get("U1"), null);
    const first = await Promise.all([put(told(1, [requestId("1")])), put(told(1, [])), put(told(1, []))]);
    assert.equal(first.filter((won) => won).length, 1);
    assert.deepEqual(await store.digests.get("U1"), told(1, [requestId("1")]));
    assert.deepEqual(await store.digests.loud(), [told(1, [requestId("1")])]);
    assert.equal(await put(told(3, [])), false);
    assert.equal(await put(told(2, [])), true);
    assert.deepEqual(await store.digests.loud(), []);
    assert.deepEqual(await store.transact((tx) => tx.digests.get("U1")), told(2, []));
  });

  rule(
    "a grant's token waits sealed: its end is known, it is taken once, and the newest is what is taken",
    async (store) => {
      const [one, two] = [requestId("1"), requestId("2")];
      const issued = (token: string, expiresAt: number) => ({
        ...{ token, expiresAt, server: "https://cluster.example", certificateAuthority: null },
      });
      await store.transact(async (tx) => {
        await tx.grantTokens.put(one, issued("eyJ-earlier", 1));
        await tx.grantTokens.put(one, issued("eyJ-one", 2));
        await tx.grantTokens.put(two, issued("eyJ-two", 3));
      });
      assert.equal(await store.grantTokens.expiresAt(one), 2);
      assert.deepEqual(await store.transact((tx) => tx.grantTokens.take(one)), issued("eyJ-one", 2));
      assert.equal(await store.transact((tx) => tx.grantTokens.take(one)), null);
      assert.equal(await store.grantTokens.expiresAt(one), null);
      await assert.rejects(
        store.transact(async (tx) => {
          await tx.grantTokens.take(two);
          throw new Error("given up");
        }),
        /given up/,
      );
      assert.equal(await store.grantTokens.expiresAt(two), 3, "what was not committed was not taken");
      await store.transact((tx) => tx.grantTokens.erase(two));
      assert.equal(await store.grantTokens.expiresAt(two), null);
    },
  );

  rule(
    "grants are found by state and holder, the newest first, and replaced only at the revision that was read",
    async (store) => {
      const one = sampleGrant();
      const two = sampleGrant({ id: requestId("2"), plannedAt: one.plannedAt + 1, state: "active" });
      await store.transact(async (tx) => {
        await tx.grants.insert(one);
        await tx.grants.insert(two);
        assert.deepEqual(await tx.grants.get(one.id), one);
      });
      const ids = async (filter: Parameters<Store["grants"]["list"]>[0]) =>
        (await store.grants.list(filter)).map((grant) => grant.id);
      assert.deepEqual(await ids({ limit: 10 }), [two.id, one.id]);
      assert.deepEqual(await ids({ states: ["active", "ending"], limit: 10 }), [two.id]);
      assert.deepEqual(await ids({ states: [], limit: 10 }), []);
      assert.deepEqual(await ids({ beneficiaryUserId: "U2", limit: 1 }), [two.id]);
      assert.deepEqual(await ids({ beneficiaryUserId: "U3", limit: 10 }), []);
      const next = { ...one, revision: 2, state: "active" as const };
      assert.equal(await store.transact((tx) => tx.grants.replace(next, 1)), true);
      assert.equal(await store.transact((tx) => tx.grants.replace(next, 1)), false);
      assert.deepEqual(await store.grants.get(one.id), next);
      assert.equal(await store.grants.get(requestId("3")), null);
      await assert.rejects(
        store.transact((tx) => tx.grants.replace({ ...one, revision: 5 }, 2)),
        /cannot follow/,
      );
    },
  );

  rule(
    "a review is replaced only at the revision that was read, and found by request, person and state",
    async (store) => {
      const first = sampleReview("a:1");
      const second = sampleReview("b:2", { request: requestId("2"), at: now + 1 });
      await store.transact(async (tx) => {
        await tx.reviews.insert(first);
        await tx.reviews.insert(second);
      });
      const done: Review = { ...first, revision: 2, state: "ok" };
      assert.equal(await store.transact((tx) => tx.reviews.replace(done, 1)), true);
      assert.equal(await store.transact((tx) => tx.reviews.replace(done, 1)), false);
      assert.deepEqual(await store.reviews.get("a:1"), done);
      assert.equal(await store.reviews.get("c:3"), null);
      const ids = async (filter: Omit<ReviewFilter, "limit">) =>
        (await store.reviews.list({ ...filter, limit: 10 })).map((review) => review.id);
      assert.deepEqual(await ids({}), ["a:1", "b:2"]);
      assert.deepEqual(await ids({ newestFirst: true }), ["b:2", "a:1"]);
      assert.deepEqual(await ids({ state: "open" }), ["b:2"]);
      assert.deepEqual(await ids({ done: true }), ["a:1"]);
      assert.deepEqual(await ids({ request: requestId("2"), human: first.by.human }), ["b:2"]);
      assert.deepEqual(await ids({ human: asHumanId("nobody") }), []);
      await assert.rejects(
        store.transact((tx) => tx.reviews.insert(first)),
        "the same use is opened once",
      );
    },
  );

  rule("locks are taken whole or not at all, nest, and name their holder", async (store) => {
    const take = (keys: readonly string[], owner: string) =>
      store.transact((tx) => tx.locks.take(keys, requestId(owner)));
    assert.equal(await take(["a:shop/deployment/checkout", "a:shop/deployment/cart"], "1"), null);
    assert.equal(await take(["a:shop/deployment/checkout"], "1"), null, "one's own again");
    assert.equal(await take(["a:other", "a:shop/deployment/cart"], "2"), requestId("1"));
    assert.equal(await take(["a:other"], "3"), null, "the failed one took nothing");
    assert.equal(await take(["a:shop"], "2"), requestId("1"), "a namespace contains its objects");
    assert.equal(await take(["a:other/configmap/x"], "1"), requestId("3"), "an object is in its namespace");
    assert.equal(await take(["a:shopping", "a:shop/deployment/checkout2"], "2"), null, "names only look alike");
    await store.transact((tx) => tx.locks.free(requestId("1")));
    assert.equal(await take(["a:shop/deployment/checkout"], "2"), null);
  });

  const insertLink = (store: Store, link: AccountLink) => store.transact((tx) => tx.links.insert(link));

  rule("T9: of links that have not ended, one subject has one account and one account one subject", async (store) => {
    assert.equal(await insertLink(store, sampleLink("1", "U1", "ana")), true);
    assert.equal(await insertLink(store, sampleLink("2", "U2", "ana")), false, "the subject has an account");
    assert.equal(await insertLink(store, sampleLink("3", "U1", "bob")), false, "the account has a subject");
    assert.equal(await insertLink(store, sampleLink("4", "U2", "bob")), true);
    assert.deepEqual(
      (await store.links.all()).map(({ id }) => id),
      ["1", "4"],
    );
  });

  rule("of many links of one subject at once, one is made", async (store) => {
    const links = Array.from({ length: 20 }, (_one, index) => sampleLink(`${index}`, `U${index}`, "ana"));
    const made = await Promise.all(links.map((link) => insertLink(store, link)));
    assert.equal(made.filter((one) => one).length, 1);
  });

  rule("an ended link frees its account and subject, stays, and is never taken up again", async (store) => {
    const link = sampleLink("1", "U1", "ana");
    await insertLink(store, link);
    const replace = (next: AccountLink, expected: number) => store.transact((tx) => tx.links.replace(next, expected));
    assert.equal(await replace({ ...link, revision: 3 }, 2), false, "another revision");
    assert.equal(await replace({ ...link, revision: 2, account: { ...link.account, userId: "U9" } }, 1), false);
    assert.equal(await replace({ ...link, revision: 2, endedAt: now }, 1), true);
    assert.equal(await replace({ ...link, revision: 3 }, 2), false, "it has ended");
    assert.equal(await insertLink(store, sampleLink("2", "U2", "ana")), true);
    assert.equal(await insertLink(store, sampleLink("3", "U1", "bob")), true);
    assert.deepEqual(
      (await store.links.all()).map(({ id, endedAt }) => [id, endedAt]),
      [
        ["1", now],
        ["2", null],
        ["3", null],
      ],
    );
    await assert.rejects(replace({ ...link, revision: 5 }, 2), /cannot follow/);
  });

  rule(
    "a sign-in is found by its link and its browser, moves by compare-and-set, and goes an hour after its end",
    async (store, clock) => {
      const signIn = sampleSignIn("1");
      await store.transact((tx) => tx.signIns.insert(signIn));
      assert.deepEqual(await store.signIns.byLink("link-1"), signIn);
      assert.equal(await store.signIns.byBrowser("browser-1"), null);
      const next: SignIn = { ...signIn, state: "at-slack", browserHash: "browser-1", half: sampleHalf, revision: 2 };
      const moves = await Promise.all([1, 2, 3].map(() => store.transact((tx) => tx.signIns.replace(next, 1))));
      assert.deepEqual(moves.filter((one) => one).length, 1);
      assert.deepEqual(await store.signIns.byBrowser("browser-1"), next);
      assert.deepEqual(await store.transact((tx) => tx.signIns.byLink("link-1")), next);
      clock.set(signIn.expiresAt + 3_599_999);
      await store.transact((tx) => tx.signIns.insert(sampleSignIn("2", clock.now())));
      const over = await store.signIns.byLink("link-1");
      assert.notEqual(over, null, "a page can still say that it has expired");
      assert.equal(over?.half, null, "what it held is erased");
      clock.set(signIn.expiresAt + 3_600_000);
      await store.transact((tx) => tx.signIns.insert(sampleSignIn("3", clock.now())));
      assert.equal(await store.signIns.byLink("link-1"), null);
      assert.notEqual(await store.signIns.byLink("link-2"), null);
    },
  );
}

function sampleLink(id: string, userId: string, subject: string): AccountLink {
  const account = { enterpriseId: null, teamId: "T1", userId };
  const at = manualClock().now();
  const said = { issuer: "https://id.example.test", subject, claims: { email: "a@b" }, groups: ["sre"] };
  return { id, account, link: { ...said, linkedAt: at, seenAt: at, steppedUpAt: null }, endedAt: null, revision: 1 };
}

const sampleHalf: HalfSignIn = {
  secrets: { state: "s", nonce: "n", codeVerifier: "v" },
  proven: null,
  formToken: "form-1",
};

function sampleSignIn(id: string, at = manualClock().now()): SignIn {
  const account = { enterpriseId: null, teamId: "T1", userId: "U1" };
  const hashes = { linkHash: `link-${id}`, browserHash: null, half: null };
  const times = { createdAt: at, expiresAt: at + 600_000, revision: 1 };
  return { id, purpose: { kind: "link" }, account, name: "ana", state: "begun", ...hashes, ...times };
}
