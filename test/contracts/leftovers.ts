// What every store must do with what is over and has no document: links, delegations, digests, messages given up, marks of sent ones.
import assert from "node:assert/strict";
import { asGroupName, asHumanId, type DelegationId } from "../../src/core/ids.ts";
import type { Leftovers } from "../../src/core/ports/pruning.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { AccountLink } from "../../src/core/sign-in.ts";
import { isLine, type ManualClock, manualClock, requestId, sampleMessage, sampleRequest } from "../store/samples.ts";

type Rule = (text: string, check: (store: Store, clock: ManualClock) => Promise<void>) => void;

const now = manualClock().now();
const none: Leftovers = { links: 0, delegations: 0, digests: 0, unsent: 0, sent: 0 };

export function leftoverRules(rule: Rule): void {
  rule(
    "what was over before a time goes, some rows at once, until none is left; the rest stays",
    async (store, clock) => {
      for (const at of [now, now + 100]) await fill(store, clock, at);
      assert.deepEqual(await store.leftovers.count(now + 10), none, "over, and not for so long");
      const each: Leftovers = { links: 3, delegations: 2, digests: 3, unsent: 3, sent: 3 };
      assert.deepEqual(await store.leftovers.count(now + 50), each);
      const counts: number[] = [];
      while (counts.at(-1) !== 0) counts.push(await store.transact((tx) => tx.leftovers.prune(now + 50, 2)));
      assert.deepEqual(counts, [10, 4, 0]);
      assert.deepEqual(await store.leftovers.count(now + 50), none);
      assert.deepEqual(await store.leftovers.count(now + 150), each, "the later ones are all there");
      assert.equal(await store.outbox.sent(`sent:${now}:1`), null);
      assert.notEqual(await store.outbox.sent(`sent:${now + 100}:1`), null);
      assert.equal((await store.outbox.backlog()).count, 2, "what waits to be sent is not over, however old");
    },
  );

  rule("an ended link loses what the provider said, and stays; one that holds is not touched", async (store) => {
    const before = await store.transact(async (tx) => {
      await tx.links.insert(linkOf("over", 1));
      await tx.links.replace({ ...linkOf("over", 1), endedAt: now + 5, revision: 2 }, 1);
      await tx.links.insert(linkOf("holds", 1));
      return store.changes();
    });
    await store.transact((tx) => tx.leftovers.prune(now + 10, 9));
    const [holds, over] = (await store.links.all()).toSorted((a, b) => a.id.localeCompare(b.id));
    assert.deepEqual(holds, linkOf("holds", 1));
    const { link, ...rest } = linkOf("over", 1);
    assert.deepEqual(over, { ...rest, link: { ...link, claims: {}, groups: [] }, endedAt: now + 5, revision: 3 });
    assert.ok((await store.changes()).links > before.links, "others read it again");
    assert.equal(await store.transact((tx) => tx.leftovers.prune(now + 10, 9)), 0);
  });

  rule("the card of a request that has its document stays known, however long ago it was posted", async (store) => {
    const request = sampleRequest({ card: { channelId: "C1", ts: "7.1" } });
    await store.transact((tx) => tx.requests.insert(request));
    for (const ts of ["7.1", "8.1"]) {
      const key = `card:${ts}`;
      await store.outbox.markSent([0], { key, channelId: "C1", ts, sentAt: now }, isLine);
    }
    assert.equal(await store.transact((tx) => tx.leftovers.prune(now + 10, 9)), 1);
    assert.deepEqual(
      [await store.outbox.keyOf("C1", "7.1"), await store.outbox.keyOf("C1", "8.1")],
      ["card:7.1", null],
    );
  });

  rule("a person who has something waiting is still told in the same message", async (store) => {
    const told = { userId: "U1", revision: 1, key: "digest:U1:1", openedAt: now, pingedAt: now };
    await store.transact((tx) => tx.digests.put({ ...told, requests: [requestId("1")] }));
    assert.equal(await store.transact((tx) => tx.leftovers.prune(now + 10, 9)), 0);
    assert.notEqual(await store.digests.get("U1"), null);
  });
}

/** Three of each kind that are over 20 ms after that time (of delegations one by its time, one by its end), and one message that waits. */
async function fill(store: Store, clock: ManualClock, at: number): Promise<void> {
  clock.set(at + 20);
  await store.transact(async (tx) => {
    for (const index of [1, 2, 3]) {
      const link = linkOf(`${at}-${index}`, index);
      await tx.links.insert(link);
      await tx.links.replace({ ...link, endedAt: at + 20, revision: 2 }, 1);
      const quiet = { userId: `U${at}-${index}`, revision: 1, key: null, requests: [] };
      await tx.digests.put({ ...quiet, openedAt: at, pingedAt: at + 20 });
      await tx.outbox.put(sampleMessage({ key: `unsent:${at}:${index}`, living: false }));
    }
    await tx.delegations.insert(delegation(`d-${at}-1`, at, at + 20));
    await tx.delegations.insert(delegation(`d-${at}-2`, at, at + 9_999_999));
    assert.ok(await tx.delegations.end(`d-${at}-2` as DelegationId, at + 20));
  });
  for (const { id, key } of await store.outbox.due(at + 20, 10))
    if (key.startsWith("unsent")) await store.outbox.markDropped(id, "channel_not_found");
  for (const index of [1, 2, 3])
    await store.outbox.markSent(
      [0],
      { key: `sent:${at}:${index}`, channelId: "C1", ts: `${at}.${index}`, sentAt: at + 20 },
      isLine,
    );
  await store.transact((tx) => tx.outbox.put(sampleMessage({ key: `waits:${at}`, living: false })));
}

function linkOf(id: string, index: number): AccountLink {
  const account = { enterpriseId: null, teamId: "T1", userId: `U-${id}` };
  const said = { issuer: "https://id.example.test", subject: id, claims: { email: "a@b" }, groups: [`sre-${index}`] };
  return { id, account, link: { ...said, linkedAt: now, seenAt: now, steppedUpAt: null }, endedAt: null, revision: 1 };
}

function delegation(id: string, madeAt: number, until: number) {
  const person = (name: string) => ({ human: asHumanId(`slack:T1/${name}`), userId: name, name });
  const lent = { from: person("U1"), to: person("U2"), groups: [asGroupName("leads")], reason: "holiday" };
  return { id: id as DelegationId, ...lent, madeAt, until, endedAt: null };
}
