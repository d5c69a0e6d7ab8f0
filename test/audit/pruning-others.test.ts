// What is over besides requests and records goes too: recorded and signed before, finished after a kill, and no human forgotten.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pruner } from "../../src/audit/pruning/pruner.ts";
import { isSignedBy } from "../../src/audit/pruning/record.ts";
import { asGroupName, asHumanId, type DelegationId } from "../../src/core/ids.ts";
import type { AccountLink } from "../../src/core/sign-in.ts";
import { makeLinkBook } from "../../src/identity/book.ts";
import { dayMs, dyingAfter, isOnDisk, neverAborted, type PruningPlace, pruningPlace } from "./pruning-place.ts";

const issuer = "https://id.example.test";
const account = (userId: string) => ({ enterpriseId: null, teamId: "T1", userId });

function link(id: string, userId: string, at: number): AccountLink {
  const said = { issuer, subject: "ana", claims: { email: "ana-at-example" }, groups: ["word-of-the-provider"] };
  return {
    ...{ id, account: account(userId), endedAt: null, revision: 1 },
    link: { ...said, linkedAt: at, seenAt: at, steppedUpAt: null },
  };
}

/** Ana was U1 and is U2; she lent her groups to Ben once; a message to a channel that is gone; all of it old. */
async function past(place: PruningPlace) {
  const process = await place.start({ retention: () => ({ requestsMs: 7 * dayMs, recordsMs: null, archive: null }) });
  const at = place.clock.now();
  const person = (name: string) => ({ human: asHumanId(`slack:T1/${name}`), userId: name, name });
  await process.store.transact(async (tx) => {
    await tx.links.insert(link("1", "U1", at));
    await tx.links.replace({ ...link("1", "U1", at), endedAt: at + 1, revision: 2 }, 1);
    await tx.links.insert(link("2", "U2", at));
    const lent = { from: person("U1"), to: person("U3"), groups: [asGroupName("leads")], reason: "word-of-ana" };
    await tx.delegations.insert({ id: "d-1" as DelegationId, ...lent, madeAt: at, until: at + 1, endedAt: null });
  });
  await process.append([{}]);
  place.clock.set(at + 8 * dayMs);
  return process;
}

test("it is recorded and signed, and then gone from the disk; that two accounts were one human stays known", async (t) => {
  const place = pruningPlace(t);
  const process = await past(place);
  const would = await process.pruner.wouldGo();
  assert.deepEqual(would, { kind: "pruned", records: 0, requests: 0, others: 2, under: [] });
  assert.ok(isOnDisk(place.data, "word-of-ana"));
  const done = await process.pruner.prune(neverAborted);
  assert.deepEqual(done, { kind: "pruned", records: 0, requests: 0, others: 2, under: [1] });
  const [record] = await process.store.audit.list({ code: "log.pruned", limit: 9 });
  assert.ok(record !== undefined && isSignedBy(record, process.signer));
  const before = place.clock.now() - 7 * dayMs;
  assert.deepEqual(record.details.others, { before, links: 1, delegations: 1, digests: 0, unsent: 0, sent: 0 });
  assert.equal(record.details.says, "2 rows of what else is over go, as retention has it.");
  assert.equal(isOnDisk(place.data, "word-of-ana"), false);
  const [over, holds] = await process.store.links.all();
  assert.deepEqual([over?.link.groups, holds?.link.groups], [[], ["word-of-the-provider"]]);
  const book = makeLinkBook(await process.store.links.all(), issuer);
  assert.ok(book.idsOf(account("U1")).includes(asHumanId("slack:T1/U2")), "R10");
  assert.deepEqual((await process.pruner.prune(neverAborted)).kind, "pruned");
  assert.equal((await process.store.audit.list({ code: "log.pruned", limit: 9 })).length, 1, "nothing more to say");
  assert.ok((await process.verdict()).ok);
});

test("no row goes before a checkpoint vouches for the record of it; killed in between, the next start goes on", async (t) => {
  for (let kill = 0; ; kill += 1) {
    const place = pruningPlace(t);
    const process = await past(place);
    const killed = await new Pruner({ ...process.settings, store: dyingAfter(process.store, kill) })
      .prune(neverAborted)
      .then(
        () => false,
        () => true,
      );
    const recorded = await process.store.audit.list({ code: "log.pruned", limit: 9 });
    if (recorded.length === 0) assert.equal((await process.store.leftovers.count(place.clock.now())).delegations, 1);
    await process.stop();
    const next = await place.start({ retention: process.settings.retention });
    await next.pruner.prune(neverAborted);
    assert.deepEqual((await next.store.leftovers.count(place.clock.now())).delegations, 0);
    assert.equal((await next.store.audit.list({ code: "log.pruned", limit: 9 })).length, 1);
    assert.deepEqual(await next.store.prunings.unfinished(), []);
    await next.stop();
    if (!killed) break;
    assert.ok(kill < 20);
  }
});
