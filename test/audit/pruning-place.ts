// A log with its checkpoints and a pruner over it, on an embedded store, for the tests of pruning.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileAcceptance } from "../../src/audit/acceptance.ts";
import { Checkpointer } from "../../src/audit/checkpointer.ts";
import { exportLines } from "../../src/audit/export.ts";
import { checkpointsIn } from "../../src/audit/files.ts";
import { Pruner, type PrunerSettings } from "../../src/audit/pruning/pruner.ts";
import { openSigner } from "../../src/audit/signer.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import { directoryWitness } from "../../src/audit/witness.ts";
import type { AuditEvent } from "../../src/core/audit.ts";
import type { Store } from "../../src/core/ports/store.ts";
import {
  type ManualClock,
  manualClock,
  random,
  sampleEvent,
  silent,
  temporaryDirectory,
  temporaryStore,
} from "../store/samples.ts";

export const dayMs = 86_400_000;

export interface PruningPlace {
  readonly data: string;
  readonly outside: string;
  readonly clock: ManualClock;
  /** The store, checkpointer and pruner of one process; `stop` ends it. */
  start(over?: Partial<PrunerSettings>): Promise<PruningProcess>;
}

export interface PruningProcess {
  readonly store: Store;
  readonly signer: ReturnType<typeof openSigner>;
  readonly checkpointer: Checkpointer;
  readonly pruner: Pruner;
  readonly settings: PrunerSettings;
  append(events: readonly Partial<AuditEvent>[]): Promise<void>;
  lines(): Promise<string[]>;
  verdict(): ReturnType<typeof verifyLog>;
  stop(): Promise<void>;
}

export const neverAborted = new AbortController().signal;

type OpenStore = (at: { readonly directory: string; readonly clock: ManualClock }) => Promise<Store>;

/** On an embedded store, unless another one is opened. */
export function pruningPlace(t: TestContext, open: OpenStore = (at) => temporaryStore(t, at)): PruningPlace {
  const data = temporaryDirectory(t);
  const outside = join(temporaryDirectory(t), "second");
  const clock = manualClock();
  return { data, outside, clock, start: (over = {}) => startOn(open, { data, outside, clock }, over) };
}

async function startOn(
  open: OpenStore,
  { data, outside, clock }: Omit<PruningPlace, "start">,
  over: Partial<PrunerSettings>,
): Promise<PruningProcess> {
  const store = over.store ?? (await open({ directory: data, clock }));
  const signer = openSigner({ folder: join(data, "keys"), random });
  const witness = directoryWitness(outside);
  const acceptance = fileAcceptance({ file: join(data, "accept-log"), witness, clock });
  const tell = async () => undefined;
  const checkpointer = new Checkpointer({ store, signer, witness, acceptance, clock, log: silent, tell });
  await checkpointer.check();
  const settings: PrunerSettings = {
    ...{ store, checkpointer, signer, clock, log: silent },
    append: (tx, event) => tx.audit.append(event),
    retention: () => ({ requestsMs: 7 * dayMs, recordsMs: 30 * dayMs, archive: null }),
    policyDigest: () => "sha256:policy",
    freezes: async () => new Set<string>(),
    sealedBecause: async () => checkpointer.refusal(),
    ...over,
  };
  const lines = async () => {
    const all: string[] = [];
    for await (const line of exportLines(store)) all.push(line);
    return all;
  };
  return {
    ...{ store, signer, checkpointer, settings, pruner: new Pruner(settings), lines },
    append: async (events) => {
      for (const event of events) await store.transact((tx) => tx.audit.append(sampleEvent(event)));
    },
    verdict: async () =>
      verifyLog({ lines: await lines(), checkpoints: await checkpointsIn(outside), verifier: signer }),
    stop: () => store.close(),
  };
}

/** Whether any file of the directory holds the word. */
export function isOnDisk(directory: string, word: string): boolean {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(word));
}

/** A store whose process dies after so many transactions: each later one is refused, and nothing of it stays. */
export function dyingAfter(store: Store, transactions: number): Store {
  let left = transactions;
  const dead = async (): Promise<never> => {
    throw new Error("the process is dead");
  };
  return {
    ...store,
    transact: (work) => {
      left -= 1;
      return left < 0 ? dead() : store.transact(work);
    },
    overwrite: () => (left <= 0 ? dead() : store.overwrite()),
  };
}
