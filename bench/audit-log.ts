// The audit log: durable appends against a bare hash-chained insert, verification, and the price of intent before effect.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { sealRecord } from "../src/audit/chain.ts";
import { signCheckpoint } from "../src/audit/checkpoint.ts";
import { openSigner } from "../src/audit/signer.ts";
import { leafHash, MerkleTree } from "../src/audit/tree.ts";
import { verifyLog } from "../src/audit/verify.ts";
import type { Store } from "../src/core/ports/store.ts";
import { isRefusal } from "../src/core/refusal.ts";
import { transition } from "../src/dispatch/transition.ts";
import { type BareChain, openBareChain } from "./bare-chain.ts";
import type { Pace } from "./benchmark.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import { openBenchStore, openDesk } from "./parts/desk.ts";
import { sampleEvent } from "./sample-event.ts";
import { executing } from "./sample-request.ts";
import { median, medianRatio, percentile } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

export async function measure(pace: Pace): Promise<readonly Figure[]> {
  return [...(await appends(pace)), ...(await verification(pace)), ...(await intents(pace))];
}

/** So many appends are under way at once in the second way of appending, as when several requests run. */
const together = 32;

async function appends({ quick }: Pace): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => {
    const store = await openBenchStore(join(directory, "data"));
    const chain = openBareChain(join(directory, "bare.db"));
    const count = quick ? 1_000 : 3_000;
    const ways = {
      bare: async () => appendBare(chain, count),
      single: async () => appendWith(store, count, 1),
      together: async () => appendWith(store, count, together),
    };
    const rates: Record<keyof typeof ways, number[]> = { bare: [], single: [], together: [] };
    for (const way of Object.values(ways)) await way();
    for (let round = 0; round < (quick ? 3 : 7); round += 1) {
      for (const name of ["bare", "single", "together"] as const) {
        const startedAt = performance.now();
        await ways[name]();
        rates[name].push(count / ((performance.now() - startedAt) / 1_000));
      }
    }
    chain.close();
    await store.close();
    return [
      { name: "audit-log.bare-insert", value: median(rates.bare), unit: "records/s" },
      { name: "audit-log.append-one-by-one", value: median(rates.single), unit: "records/s" },
      { name: "audit-log.append-32-at-once", value: median(rates.together), unit: "records/s" },
      {
        name: "audit-log.one-by-one-against-bare",
        value: medianRatio(rates.single, rates.bare),
        unit: "ratio",
        bound: atLeast(0.5),
      },
      {
        name: "audit-log.32-at-once-against-bare",
        value: medianRatio(rates.together, rates.bare),
        unit: "ratio",
        bound: atLeast(0.5),
      },
    ];
  });
}

function appendBare(chain: BareChain, count: number): void {
  for (let index = 0; index < count; index += 1) chain.append(sampleEvent(index));
}

async function appendWith(store: Store, count: number, atOnce: number): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const event = sampleEvent(next);
      next += 1;
      await store.transact((tx) => tx.audit.append(event));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

async function verification({ quick }: Pace): Promise<readonly Figure[]> {
  const count = 100_000;
  return inDirectory(async (directory) => {
    const { lines, checkpoints, signer } = makeLog(directory, count);
    const rates: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const startedAt = performance.now();
      const verdict = await verifyLog({ lines, checkpoints, verifier: signer });
      rates.push(count / ((performance.now() - startedAt) / 1_000));
      if (!verdict.ok || verdict.records !== count) throw new Error(`the log did not verify: ${verdict.says}`);
    }
    return [{ name: "audit-log.verify", value: median(rates), unit: "records/s", bound: atLeast(50_000) }];
  });
}

/** With a checkpoint after every thousand records. */
function makeLog(directory: string, count: number) {
  const signer = openSigner({ folder: join(directory, "keys"), random: randomBytes });
  const tree = new MerkleTree();
  const lines: string[] = [];
  const checkpoints: string[] = [];
  let head = { size: 0, hash: "" };
  for (let index = 0; index < count; index += 1) {
    const { record, line } = sealRecord(sampleEvent(index), head, 1_800_000_000_000 + index);
    head = { size: index + 1, hash: record.hash };
    lines.push(line);
    tree.append(leafHash(line));
    if (head.size % 1_000 === 0) checkpoints.push(signCheckpoint({ size: head.size, root: tree.root() }, signer));
  }
  return { lines, checkpoints, signer };
}

/** What stands between the decision to write and the write: the step of the request with its record, durable. */
async function intents({ quick }: Pace): Promise<readonly Figure[]> {
  const count = quick ? 300 : 1_500;
  return inDirectory(async (directory) => {
    const desk = await openDesk(directory);
    const requests = Array.from({ length: count }, (_, index) => executing(index, desk.deps.runner));
    for (const request of requests) await desk.store.transact((tx) => tx.requests.insert(request));
    const took: number[] = [];
    for (const request of requests) {
      const startedAt = performance.now();
      const recorded = await transition(desk.deps, request.id, {
        kind: "step-recorded",
        runner: desk.deps.runner,
        fence: 1,
        step: {
          index: 0,
          object: "production:shop/deployment/checkout",
          state: "intended",
          says: "PATCH",
          resourceVersion: null,
          auditId: null,
        },
      });
      took.push(performance.now() - startedAt);
      if (isRefusal(recorded)) throw new Error(recorded.message);
    }
    await desk.close();
    return [
      { name: "audit-log.intent-before-effect.p50", value: percentile(took, 0.5), unit: "ms" },
      { name: "audit-log.intent-before-effect.p99", value: percentile(took, 0.99), unit: "ms", bound: atMost(25) },
    ];
  });
}
