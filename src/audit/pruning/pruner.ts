// Carries retention out: chooses, archives, records, waits for the checkpoint over the record, and only then takes words away.
import type { AuditEvent, AuditRecord } from "../../core/audit.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Store, Tx } from "../../core/ports/store.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { Checkpointer } from "../checkpointer.ts";
import type { Signer } from "../note.ts";
import { ArchiveUnwritable, archive } from "./archive.ts";
import { Reading, reachedIn, reachedJson, type Standing } from "./reached.ts";
import { isSignedBy, pruningDetails, readPruning } from "./record.ts";
import { remove } from "./remove.ts";
import { Altered, type Choosing, type Chosen, choose, countOthers, type Retention } from "./select.ts";
import { spansOf } from "./spans.ts";

export interface PrunerSettings {
  readonly store: Store;
  readonly checkpointer: Pick<Checkpointer, "proving">;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
  /** The record, and its line in the audit channel. */
  readonly append: (tx: Tx, event: AuditEvent) => Promise<AuditRecord>;
  /** As it was accepted last; null: everything is kept for ever. */
  readonly retention: () => (Retention & { readonly archive: string | null }) | null;
  readonly policyDigest: () => string;
  /** Names of freezes that people set and that stand. */
  readonly freezes: () => Promise<ReadonlySet<string>>;
  /** Why nothing may be changed now, or null. */
  readonly sealedBecause: () => Promise<Refusal | null>;
}

export interface Pruned {
  readonly kind: "pruned";
  readonly records: number;
  readonly requests: number;
  /** Rows of what else was over. */
  readonly others: number;
  /** The numbers of the records that say so. */
  readonly under: readonly number[];
}

/** Why nothing is pruned now, as a sentence. */
export interface Kept {
  readonly kind: "kept";
  readonly why: string;
}

export class Pruner {
  readonly #settings: PrunerSettings;
  #said = "";

  constructor(settings: PrunerSettings) {
    this.#settings = settings;
  }

  /** What would go now; changes nothing. */
  async wouldGo(): Promise<Pruned | Kept> {
    const choosing = await this.#choosing();
    if ("kind" in choosing) return choosing;
    let counted = nothing;
    for await (const chosen of choose(choosing)) counted = added(counted, chosen);
    return { ...counted, under: [] };
  }

  /** Finishes what was recorded and not done to its end. */
  async finish(signal: AbortSignal): Promise<Kept | null> {
    return this.#saying(async () => {
      const { store, sealedBecause } = this.#settings;
      const unfinished = await store.prunings.unfinished();
      const sealed = unfinished.length === 0 ? null : await sealedBecause();
      if (sealed !== null) return { kind: "kept", why: sealed.message } satisfies Kept;
      for (const seq of unfinished) await this.#finish(seq, signal);
      return null;
    });
  }

  /**
   * Finishes what was begun before, then prunes what is old enough. Doing it twice does no more. A record that was altered, and an
   * archive that takes nothing, are recorded; throws when the store or the checkpoint is not there, to be tried again.
   */
  async prune(signal: AbortSignal): Promise<Pruned | Kept> {
    return (await this.finish(signal)) ?? (await this.#saying(() => this.#begin(signal)));
  }

  async #begin(signal: AbortSignal): Promise<Pruned | Kept> {
    const choosing = await this.#choosing();
    if ("kind" in choosing) return choosing;
    let counted = nothing;
    const under: number[] = [];
    for await (const chosen of choose(choosing)) {
      if (signal.aborted) break;
      const seq = await this.#record(choosing, chosen);
      counted = added(counted, chosen);
      under.push(seq);
      await this.#finish(seq, signal);
    }
    if (!signal.aborted) await this.#remember(choosing);
    return { ...counted, under };
  }

  /** Only once every word that was chosen on the way is gone. */
  async #remember({ retention, tree, now, reading }: Choosing): Promise<void> {
    if (retention.recordsMs === null) return;
    const { store } = this.#settings;
    const reached = reachedJson(reading.reached(), this.#standing(tree, now));
    await store.transact((tx) => tx.settings.set("pruning-reached", reached));
  }

  #standing(tree: Standing["tree"], now: number): Standing {
    const { name, id } = this.#settings.signer;
    return { tree, key: `${name}+${id}`, now };
  }

  async #choosing(): Promise<Choosing | Kept> {
    const { store, clock, retention, policyDigest, freezes, sealedBecause } = this.#settings;
    const kept = retention();
    if (kept === null) return nothingToPrune;
    const proving = await this.#settings.checkpointer.proving();
    // After it: the log is looked at anew then.
    const sealed = await sealedBecause();
    if (sealed !== null) return { kind: "kept", why: sealed.message };
    if (proving === null) return notVouched;
    const alive = { policy: policyDigest(), freezes: await freezes() };
    const { tree, signed } = proving;
    const now = clock.now();
    const reached = reachedIn(await store.settings.get("pruning-reached"), this.#standing(tree, now));
    const reading = new Reading(reached, now);
    return { store, retention: kept, alive, now, tree, vouched: signed.size, reading };
  }

  /** Durable when it resolves; no word has gone yet. */
  async #record({ tree }: Choosing, { lines, requests, others }: Chosen): Promise<number> {
    const { store, signer, append, retention, policyDigest } = this.#settings;
    const { archive: directory = null, requestsMs = 0, recordsMs = null } = retention() ?? {};
    const archived = directory === null ? null : await archive(directory, { lines, requests });
    const reasons: JsonObject = {
      policy: policyDigest(),
      retention: { requests: requestsMs, records: recordsMs },
      archive:
        archived === null
          ? null
          : [archived.records, archived.requests].flatMap((one) => (one === null ? [] : [{ ...one }])),
      ...(others === null ? {} : { others: { ...others } }),
      says:
        others === null
          ? `The words of ${lines.length} records and of ${requests.length} requests go, as retention has it.`
          : `${countOthers(others)} rows of what else is over go, as retention has it.`,
    };
    const spans = spansOf(lines.map(({ seq }) => seq));
    const named = requests.map(({ id }) => id);
    const details = pruningDetails({ spans, requests: named, leafAt: (seq) => tree.leaf(seq), reasons }, signer);
    return store.transact(async (tx) => {
      const record = await append(tx, eventOf(details));
      if (!isSignedBy(record, signer)) throw new Error("what was recorded of a pruning is not what was signed");
      await tx.prunings.begin(record.seq);
      return record.seq;
    });
  }

  /** What a person must mend is said in the record, once. */
  async #saying<T>(work: () => Promise<T>): Promise<T | Kept> {
    const { store, append } = this.#settings;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Altered) && !(error instanceof ArchiveUnwritable)) throw error;
      const why = `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`;
      if (why !== this.#said) await store.transact((tx) => append(tx, eventOf({ says: why }, "failed")));
      this.#said = why;
      return { kind: "kept", why };
    }
  }

  /** Once a checkpoint outside vouches for the record; throws while none does, and the next try goes on from there. */
  async #finish(seq: number, signal: AbortSignal): Promise<void> {
    const { store, checkpointer, signer, clock, log, sealedBecause } = this.#settings;
    const proving = await checkpointer.proving();
    const sealed = await sealedBecause();
    if (sealed !== null) throw new Error(`pruning ${seq} waits: ${sealed.message}`);
    if (proving === null || proving.signed.size <= seq) throw new Error(`pruning ${seq} waits for its checkpoint`);
    const [record] = await store.audit.list({ afterSeq: seq - 1, limit: 1 });
    const pruning = record?.seq === seq ? readPruning(record) : null;
    if (pruning !== null && "key" in pruning && pruning.key !== `${signer.name}+${signer.id}`)
      return this.#giveUp(seq, pruning.key);
    if (record === undefined || pruning === null || "wrong" in pruning || !isSignedBy(record, signer))
      throw new Altered(`record ${seq} is no pruning that this key signed: no word goes under it`);
    const { spans, requests, othersBefore } = pruning;
    if (!(await remove({ store, tree: proving.tree, record, spans, requests, othersBefore, signal }))) return;
    await store.overwrite();
    await store.transact((tx) => tx.prunings.end(seq, clock.now()));
    log.info("the words of old records are gone", { under: seq, requests: requests.length });
  }

  /** The key was changed in between: what is left of it is chosen again, and signed by the key of now. */
  async #giveUp(seq: number, key: string): Promise<void> {
    const { store, clock, log } = this.#settings;
    log.warn("a pruning that another key signed is not finished", { record: seq, key });
    await store.transact((tx) => tx.prunings.end(seq, clock.now()));
  }
}

type Counted = Omit<Pruned, "under">;

const nothing: Counted = { kind: "pruned", records: 0, requests: 0, others: 0 };

function added({ kind, records, requests, others }: Counted, chosen: Chosen): Counted {
  return {
    kind,
    records: records + chosen.lines.length,
    requests: requests + chosen.requests.length,
    others: others + (chosen.others === null ? 0 : countOthers(chosen.others)),
  };
}

function eventOf(details: JsonObject, outcome: AuditEvent["outcome"] = "ok"): AuditEvent {
  const nothing = { actor: null, request: null, version: null, digest: null, channel: null };
  return { code: "log.pruned", outcome, ...nothing, details };
}

const nothingToPrune: Kept = {
  kind: "kept",
  why: "Nothing is pruned: the configuration in force has no retention, so everything is kept.",
};

const notVouched: Kept = {
  kind: "kept",
  why: "Nothing is pruned: no checkpoint outside vouches for any record.",
};
