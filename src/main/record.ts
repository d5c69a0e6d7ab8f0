// The store and the audit log on it: opened, checked against the second place, and signed from then on.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileAcceptance } from "../audit/acceptance.ts";
import { sealRecord } from "../audit/chain.ts";
import { Checkpointer } from "../audit/checkpointer.ts";
import type { Signer } from "../audit/note.ts";
import { openSigner } from "../audit/signer.ts";
import { directoryWitness, type Witness } from "../audit/witness.ts";
import { textAt } from "../core/json.ts";
import { code, message } from "../core/message.ts";
import type { Store } from "../core/ports/store.ts";
import { append } from "../dispatch/append.ts";
import { plainEvent } from "../dispatch/record.ts";
import { openStore } from "../store/open.ts";
import type { Loss } from "../store/store-on.ts";
import type { Base } from "./base.ts";

export interface KeptRecord {
  readonly store: Store;
  readonly signer: Signer;
  readonly witness: Witness;
}

export async function openRecord({ config, clock, log, bell, closing, database }: Base): Promise<KeptRecord> {
  const directory = config.dataDirectory;
  const wentBack = (loss: Loss): void => bell.ring({ audit: 0, loss });
  const how = { directory, clock, random: randomBytes, seal: sealRecord, committed: bell.ring, wentBack };
  const store = await (database === null ? openStore({ ...how, log }) : database.open(how));
  closing.add(() => store.close());
  const signer = openSigner({ folder: join(directory, "keys"), random: randomBytes });
  return { store, signer, witness: directoryWitness(config.audit.checkpoints) };
}

/** Resolves when the whole log was held against the second place's last checkpoint. */
export async function startCheckpoints(
  base: Base,
  { store, signer, witness }: KeptRecord,
  channel: string,
): Promise<Checkpointer> {
  const { config, clock, log, bell, closing } = base;
  const acceptance = fileAcceptance({ file: join(config.dataDirectory, "accept-log"), witness, clock });
  const tell = (note: string, size: number): Promise<void> => tellCheckpoint(store, channel, { note, size });
  const checkpointer = new Checkpointer({ store, signer, witness, acceptance, clock, log, tell });
  bell.listen(({ audit, loss }) => {
    if (loss !== undefined) checkpointer.doubt(loss);
    if (audit > 0) checkpointer.appended(audit);
  });
  await checkpointer.start();
  closing.add(() => checkpointer.close());
  return checkpointer;
}

async function tellCheckpoint(
  store: Store,
  channelId: string,
  of: { readonly note: string; readonly size: number },
): Promise<void> {
  const signed = message(`Checkpoint of ${of.size} records`, [
    { kind: "text", icon: "lock", text: ["Signed checkpoint of ", code(String(of.size)), " records"] },
    { kind: "code", text: of.note },
  ]);
  const put = {
    key: `checkpoint:${of.size}`,
    living: false,
    to: { channelId, thread: null },
    message: signed,
    request: null,
    lane: "audit",
  } as const;
  await store.transact((tx) => tx.outbox.put(put));
}

/** The bot's start, under the policy that was accepted last; at the very first one, under the file's. */
export async function recordStart({ config, version }: Base, store: Store, channel: string): Promise<void> {
  const clusters = config.clusters.map((one) => one.name);
  await store.transact(async (tx) => {
    const policy = textAt((await tx.settings.get("policy")) ?? undefined, "digest") || config.policy.digest;
    await append(tx, plainEvent("bot.started", { actor: null, details: { version, policy, clusters } }), channel);
  });
}

/** Best effort: a store that is gone must not keep the bot from ending. */
export async function recordStop({ log }: Base, store: Store, channel: string): Promise<void> {
  const event = plainEvent("bot.stopped", { actor: null, details: {} });
  await store
    .transact((tx) => append(tx, event, channel))
    .catch((error: unknown) => {
      log.warn("the end of the bot was not recorded", { error: error instanceof Error ? error : undefined });
    });
}
