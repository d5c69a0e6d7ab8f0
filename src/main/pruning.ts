// The pruner of this process, and the job that has it work once a day; at the start it only finishes what a killed one left.
import type { Checkpointer } from "../audit/checkpointer.ts";
import { type Kept, type Pruned, Pruner } from "../audit/pruning/pruner.ts";
import { noRequest } from "../core/ids.ts";
import { textAt } from "../core/json.ts";
import type { JobHandler } from "../core/ports/jobs.ts";
import type { Store } from "../core/ports/store.ts";
import type { Refusal } from "../core/refusal.ts";
import { refuse } from "../core/refusal.ts";
import { append } from "../dispatch/append.ts";
import { freezesInStore } from "../dispatch/freezes.ts";
import type { Base } from "./base.ts";
import type { KeptRecord } from "./record.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Pruning {
  readonly job: JobHandler;
  wouldGo(): Promise<Pruned | Kept>;
}

export interface OpenPruning {
  readonly record: KeptRecord;
  readonly checkpointer: Checkpointer;
  readonly auditChannel: string;
  readonly sealedBecause: () => Refusal | null;
}

export function openPruning(base: Base, { record, checkpointer, auditChannel, sealedBecause }: OpenPruning): Pruning {
  const { clock, log, inForce, bell } = base;
  const { store, signer } = record;
  const freezesNow = freezesInStore(store, clock);
  const startedAt = clock.now();
  const pruner = new Pruner({
    ...{ store, checkpointer, signer, clock, log },
    append: (tx, event) => append(tx, event, auditChannel),
    retention: () => inForce().retention,
    policyDigest: () => inForce().policy.digest,
    freezes: async () => new Set((await freezesNow()).freezes.map(({ name }) => name)),
    sealedBecause: async () => sealedBecause() ?? (await haltOf(store)),
  });
  return {
    wouldGo: () => pruner.wouldGo(),
    job: async (_, signal) => {
      // A clock that was wrong when the machine came up is mostly found within the hour; what went does not come back.
      if (clock.now() - startedAt < hourMs) {
        await pruner.finish(signal);
        return { againAt: startedAt + hourMs };
      }
      const done = await pruner.prune(signal);
      bell.ring({ audit: 0 });
      const level = inForce().retention === null ? "debug" : "info";
      if (done.kind === "kept") log[level]("nothing is pruned", { why: done.why });
      else log.info("old words were pruned", { records: done.records, requests: done.requests, others: done.others });
      return { againAt: clock.now() + (done.kind === "kept" ? hourMs : dayMs) };
    },
  };
}

/** Whoever halts the bot wants to look at something: nothing goes meanwhile. */
async function haltOf(store: Pick<Store, "settings">): Promise<Refusal | null> {
  const halted = await store.settings.get("halted");
  if (halted === null) return null;
  return refuse(
    "halted",
    `Nothing is pruned while execution is halted: ${textAt(halted, "reason")}.`,
    "unhalt ends it.",
  );
}

/** Due at every start. */
export async function schedulePruning({ clock }: Base, store: Store): Promise<void> {
  const job = { id: "prune", kind: "prune", request: noRequest, dueAt: clock.now() } as const;
  await store.transact((tx) => tx.jobs.put(job));
}
