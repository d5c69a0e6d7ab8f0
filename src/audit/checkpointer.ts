// Signs the log's head every minute or hundred records, and refuses when the log does not continue what was signed.
import type { AuditEvent } from "../core/audit.ts";
import type { Json } from "../core/json.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Store } from "../core/ports/store.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Checkpoint, openCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { LogTree } from "./log-tree.ts";
import type { Signer } from "./note.ts";
import { verifyConsistency } from "./tree-verify.ts";
import type { Witness } from "./witness.ts";

export interface CheckpointerOptions {
  readonly store: Store;
  readonly signer: Signer;
  /** The second place, which takes every checkpoint. */
  readonly witness: Witness;
  readonly acceptance: Acceptance;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets the signed note, at most one a minute: the audit channel. Its failure is logged and changes nothing. */
  readonly tell: (note: string, size: number) => Promise<void>;
}

/** B3: at least so often. */
const everyMs = 60_000;
const everyRecords = 100;
/** After a round that could not be carried out. */
const retryMs = 5_000;
/** While no checkpoint can be kept, the log may go on unvouched for so long; then changes stop. */
const unkeptForMs = 300_000;

export interface Signed {
  readonly note: string;
  readonly size: number;
}

type Standing =
  | { readonly kind: "unchecked" }
  | { readonly kind: "sound" }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Before each signature the last checkpoint of the second place must be a prefix of the log (a consistency proof from it
 * to the new head): a restored backup, a failed-over database or a second key cannot fork the log unseen.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #tree: LogTree;
  readonly #stop = new AbortController();
  #standing: Standing = { kind: "unchecked" };
  #signed: Signed | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;
  #failingSince: number | null = null;
  #vouchedAt: number | null = null;
  #running: Promise<void> | null = null;
  #loop: Promise<void> = Promise.resolve();
  #unsigned = 0;
  #keyIsRecorded = false;
  /** It was seen that the store lacks what it held, and no round has begun since. */
  #isDoubted = false;
  /** That the log went back while this process ran, and how many records it held then: until a person accepts it. */
  #loss: { readonly why: string; readonly size: number } | null = null;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#tree = new LogTree(options.store, options.signer);
  }

  /** Checks the whole log against the second place once, then keeps signing. Resolves after that first time. */
  async start(): Promise<void> {
    await this.check();
    this.#loop = this.#everyMinute();
  }

  /** Records were committed: for the hundred that make a checkpoint due. */
  appended(count: number): void {
    this.#unsigned += count;
    if (this.#unsigned >= everyRecords && !this.#stop.signal.aborted) void this.check();
  }

  /** The store was found to lack what it held: from now on nothing is changed until a person accepts it. */
  doubt(loss: { readonly why: string; readonly size: number }): void {
    this.#loss = loss;
    this.#isDoubted = true;
    void this.check();
  }

  /** The newest checkpoint's size, and when the log was last found whole and signed to its head; null before the first time. */
  vouched(): { readonly size: number; readonly at: number | null } {
    return { size: this.#signed?.size ?? 0, at: this.#vouchedAt };
  }

  /** Why nothing may be changed now, or null. Reads go on all the same. */
  refusal(): Refusal | null {
    const standing = this.#standing;
    if (standing.kind === "unchecked" || this.#isDoubted)
      return unavailable("the audit log is still being checked", "try again shortly");
    if (standing.kind === "refused") return unavailable(standing.why, this.#options.acceptance.hint(standing.why));
    const since = this.#failingSince;
    if (since === null) return null;
    // Since later than now: the clock was put back, and how long it has been is not known.
    const unkeptMs = this.#options.clock.now() - since;
    if (unkeptMs >= 0 && unkeptMs < unkeptForMs) return null;
    return unavailable("no checkpoint could be kept for five minutes", "an operator must mend the second place");
  }

  /** One round: reads what is new, compares, signs, keeps. A round asked for during a round is that round. Never throws. */
  check(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = null;
      if (this.#isDoubted && !this.#stop.signal.aborted) void this.check();
      this.appended(0);
    });
    return this.#running;
  }

  /** The newest checkpoint that this process signed or found, with the tree behind it: what proofs are made of. */
  async proving(): Promise<{ readonly tree: LogTree["tree"]; readonly signed: Signed } | null> {
    await this.check();
    return this.#signed === null ? null : { tree: this.#tree.tree, signed: this.#signed };
  }

  /** Signs once more what is new, so that a clean stop leaves nothing unvouched. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.check();
  }

  async #everyMinute(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.wait(this.#failingSince === null ? everyMs : retryMs, this.#stop.signal);
      if (!this.#stop.signal.aborted) await this.check();
    }
  }

  async #round(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      this.#unsigned = 0;
      if (this.#isDoubted) this.#standing = { kind: "unchecked" };
      this.#isDoubted = false;
      // In this order: what another replica signs meanwhile is then in the log that is read last, and a key that is known has
      // its checkpoint.
      const keyId = await this.#options.store.settings.get("signing-key-id");
      const outside = await this.#options.witness.latest();
      const caught = await this.#tree.catchUp();
      if (caught.kind === "went-back") this.#noteLoss(caught.why);
      const altered = caught.kind === "altered" ? caught.why : null;
      const notContinued = altered ?? this.#whyNot(keyId, outside) ?? this.#whyLost();
      // After the key: a log that was signed with another one may go on, with its prunings, once a person accepts that.
      const unaccepted = notContinued === null ? this.#tree.unaccepted() : null;
      const why = notContinued ?? unaccepted;
      if (why === null) await this.#sign();
      else {
        await this.#refuse(why);
        await this.#goOn({ why, isBroken: (altered ?? unaccepted) !== null });
      }
      this.#failingSince = null;
      if (this.#standing.kind === "sound") this.#vouchedAt = clock.now();
    } catch (error) {
      this.#failingSince ??= clock.now();
      log.error("checkpoint could not be made or kept", { error: error instanceof Error ? error : String(error) });
    }
  }

  #noteLoss(why: string): void {
    this.#loss ??= { why, size: this.#tree.tree.size };
    // It was compared with the log of before.
    this.#signed = null;
  }

  /** What no checkpoint vouched for is known to this process alone; another replica's acceptance holds for all. */
  #whyLost(): string | null {
    if (this.#loss !== null && this.#tree.acceptedAt >= this.#loss.size) this.#loss = null;
    return this.#loss?.why ?? null;
  }

  /** Why the log does not continue the second place's last checkpoint, or null. */
  #whyNot(keyId: Json | null, note: string | null): string | null {
    const { signer } = this.#options;
    this.#keyIsRecorded = keyId !== null;
    const mine = `${signer.name}+${signer.id}`;
    if (keyId !== null && keyId !== mine)
      return `the log was signed with the key ${String(keyId)}, and this one is ${mine}`;
    if (note === null) return keyId === null ? null : "checkpoints were signed, but the second place holds none";
    if (note === this.#signed?.note) return null;
    const opened = openCheckpoint(note, signer);
    if (opened.kind === "bad") return `the second place's last checkpoint does not count: ${opened.why}`;
    const why = this.#forkOf(opened.checkpoint);
    if (why === null) this.#signed = { note, size: opened.checkpoint.size };
    return why;
  }

  #forkOf(outside: Checkpoint): string | null {
    const { tree } = this.#tree;
    if (outside.size > tree.size) {
      return `a checkpoint outside vouches for ${outside.size} records, and the log holds fewer: something took records away`;
    }
    const proof = tree.consistencyProof(outside.size);
    const claim = { from: outside.size, to: tree.size, fromRoot: outside.root, toRoot: tree.root(), proof };
    if (verifyConsistency(claim)) return null;
    return `the first ${outside.size} records are not those that the checkpoint outside vouches for`;
  }

  async #sign(): Promise<void> {
    const { store, signer, witness, log } = this.#options;
    this.#standing = { kind: "sound" };
    const { tree } = this.#tree;
    const size = tree.size;
    if (size === 0 || size === this.#signed?.size) return;
    const note = signCheckpoint({ size, root: tree.root(size) }, signer);
    await witness.keep(note, size);
    if (!this.#keyIsRecorded) {
      await store.transact((tx) => tx.settings.set("signing-key-id", `${signer.name}+${signer.id}`));
    }
    this.#signed = { note, size };
    log.debug("checkpoint kept", { size });
    this.#tellOf(note, size);
  }

  #tellOf(note: string, size: number): void {
    const { clock, log, tell } = this.#options;
    const sinceMs = clock.now() - this.#toldAt;
    if (sinceMs >= 0 && sinceMs < everyMs) return;
    this.#toldAt = clock.now();
    tell(note, size).catch((error: unknown) => {
      log.warn("checkpoint could not be told", { error: error instanceof Error ? error : String(error) });
    });
  }

  /** Recorded once per reason and start. */
  async #refuse(why: string): Promise<void> {
    const { acceptance, log, store } = this.#options;
    const already = this.#standing.kind === "refused" && this.#standing.why === why;
    this.#standing = { kind: "refused", why };
    if (already) return;
    log.error("audit log refused: nothing is signed and nothing changed", { why, hint: acceptance.hint(why) });
    await store.transact((tx) => tx.audit.append(eventOf({ code: "checkpoint.refused", details: { says: why } })));
  }

  /** An altered log is never accepted; one that is merely not what the second place vouches for may be, by a person. */
  async #goOn({ why, isBroken }: { readonly why: string; readonly isBroken: boolean }): Promise<void> {
    const { acceptance, log, store } = this.#options;
    const aside = isBroken ? null : await acceptance.take(why);
    if (aside === null) return;
    log.warn("audit log accepted as it stands by a person", { why, aside });
    const details = { setting: "audit-log", why, abandoned: aside };
    await store.transact(async (tx) => {
      await tx.audit.append(eventOf({ code: "setting.changed", details }));
      await tx.settings.set("signing-key-id", null);
    });
    this.#signed = null;
    this.#loss = null;
    this.#keyIsRecorded = false;
    const broken = await this.#tree.readAgain();
    if (broken === null) await this.#sign();
    else this.#standing = { kind: "refused", why: broken };
  }
}

function unavailable(message: string, hint: string): Refusal {
  return refuse("audit-unavailable", `Nothing is changed now: ${message}.`, hint);
}

function eventOf(of: {
  readonly code: "checkpoint.refused" | "setting.changed";
  readonly details: AuditEvent["details"];
}): AuditEvent {
  const outcome = of.code === "checkpoint.refused" ? "failed" : "ok";
  return { ...of, outcome, actor: null, request: null, version: null, digest: null, channel: null };
}
