// Delegations are kept for a moment: how old that may get, and what is not kept.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { Delegation } from "../../src/core/delegation.ts";
import { asGroupName, asHumanId, type DelegationId } from "../../src/core/ids.ts";
import { type Store, StoreUnavailable } from "../../src/core/ports/store.ts";
import { manualClock, temporaryDirectory, temporaryStore } from "./samples.ts";

const now = manualClock().now();
const person = (name: string) => ({ human: asHumanId(`slack:T1/${name}`), userId: name, name });
const lent: Delegation = {
  ...{ id: "d-0000001" as DelegationId, from: person("U1"), to: person("U2"), groups: [asGroupName("leads")] },
  ...{ reason: "holiday", madeAt: now, until: now + 60_000, endedAt: null },
};

test("what another process took back is seen a second later at the latest", async (t) => {
  const directory = temporaryDirectory(t);
  const store = await temporaryStore(t, { directory });
  await store.transact((tx) => tx.delegations.insert(lent));
  assert.deepEqual(await store.delegations.inForce(now), [lent]);
  const other = new DatabaseSync(join(directory, "store.db"));
  other.exec(`UPDATE delegations SET ended_at = ${now + 1}`);
  other.close();
  assert.deepEqual(await store.delegations.inForce(now + 1_000), []);
});

test("a question is not answered from what was asked as of a later time", async (t) => {
  const store = await temporaryStore(t);
  await store.transact((tx) => tx.delegations.insert(lent));
  assert.deepEqual(await store.delegations.inForce(lent.until), []);
  assert.deepEqual(await store.delegations.inForce(lent.until - 1), [lent]);
});

test("a question that failed is asked again", async (t) => {
  let hang: (on: boolean) => void = () => undefined;
  const store = await temporaryStore(t, {
    deadlineMs: 300,
    onHangSwitch: (set) => {
      hang = set;
    },
  });
  await store.transact((tx) => tx.delegations.insert(lent));
  hang(true);
  await assert.rejects(store.delegations.inForce(now), StoreUnavailable);
  hang(false);
  await whenUp(store);
  assert.deepEqual(await store.delegations.inForce(now), [lent]);
});

async function whenUp(store: Store): Promise<void> {
  for (;;) {
    try {
      await store.requests.count({});
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
