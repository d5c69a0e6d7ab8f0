// When each part counts as away, and when it does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { probesOf, type Watched } from "../../src/health/probes.ts";
import { manualClock, temporaryStore } from "../store/samples.ts";

const now = 1_800_000_000_000;

function watched(more: Partial<Watched>): Watched {
  return {
    store: {
      settings: { get: async () => null },
      outbox: { backlog: async () => ({ count: 0, oldestCreatedAt: null }) },
      transact: async () => {
        throw new Error("nothing is written where nothing failed");
      },
    } as unknown as Watched["store"],
    lastCommitFailed: () => false,
    oldestDueJob: async () => null,
    queue: () => ({ kind: "none" }),
    isConnected: () => true,
    sealedBecause: () => null,
    clusters: () => new Map([["production", now]]),
    clock: manualClock(now),
    ...more,
  };
}

async function away(more: Partial<Watched>): Promise<readonly string[]> {
  const looked = await Promise.all(
    probesOf(watched(more), ["production"]).map(async ({ kind, look }) => ({
      kind,
      says: await (async () => look())().catch(() => "it throws"),
    })),
  );
  return looked.filter(({ says }) => says !== null).map(({ kind }) => kind);
}

const oldest = (ageMs: number): Partial<Watched> => ({
  store: {
    ...watched({}).store,
    outbox: { backlog: async () => ({ count: 1, oldestCreatedAt: now - ageMs }) },
  } as unknown as Watched["store"],
});

const gone = { kind: "away", what: "Redis", says: "ECONNREFUSED" } as const;

const cases: readonly (readonly [string, Partial<Watched>, readonly string[]])[] = [
  ["all is well", {}, []],
  ["a job that is due for a moment", { oldestDueJob: async () => now - 59_000 }, []],
  ["a job that nobody takes up", { oldestDueJob: async () => now - 61_000 }, ["jobs"]],
  ["a queue that is there", { queue: () => ({ kind: "ready", what: "Redis" }) }, []],
  ["a queue that went a moment ago", { queue: () => ({ ...gone, since: now - 9_000 }) }, []],
  ["a queue that is gone", { queue: () => ({ ...gone, since: now - 11_000 }) }, ["queue"]],
  ["no socket to Slack", { isConnected: () => false }, ["slack"]],
  ["messages at Slack's pace", oldest(119_000), []],
  ["messages that Slack does not take", oldest(121_000), ["messages"]],
  ["a log that may not go on", { sealedBecause: () => "why" }, ["record"]],
  ["a watch that is opened anew", { clusters: () => new Map([["production", now - 29_000]]) }, []],
  ["a cluster that is not heard", { clusters: () => new Map([["production", now - 31_000]]) }, ["cluster"]],
  ["a cluster that never was", { clusters: () => new Map([["production", null]]) }, ["cluster"]],
];

for (const [name, more, parts] of cases)
  test(`${name}: ${parts.length === 0 ? "nothing is away" : `${parts.join()} is away`}`, async () => {
    assert.deepEqual(await away(more), parts);
  });

test("a store that hangs is away, and is back once it takes a transaction again", async (t) => {
  let hang: (on: boolean) => void = () => undefined;
  const store = await temporaryStore(t, {
    deadlineMs: 500,
    onHangSwitch: (given) => {
      hang = given;
    },
  });
  const failed = { last: false };
  const of = { store, lastCommitFailed: () => failed.last };
  assert.deepEqual(await away(of), []);
  hang(true);
  assert.ok((await away(of)).includes("store"));
  hang(false);
  failed.last = true;
  const probe = async (): Promise<boolean> => !(await away(of)).includes("store");
  while (!(await probe())) await new Promise((resolve) => setImmediate(resolve));
  const [store_] = probesOf({ ...watched({}), ...of }, []);
  assert.equal(await store_?.look(), null);
});
