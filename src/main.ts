// Composition: config and secrets → adapters → dispatch → listening. The bot as one process.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileAcceptance } from "./audit/acceptance.ts";
import { sealRecord } from "./audit/chain.ts";
import { Checkpointer } from "./audit/checkpointer.ts";
import { exportLines } from "./audit/export.ts";
import { vkeyOf } from "./audit/note.ts";
import { openSigner } from "./audit/signer.ts";
import { auditView } from "./audit/view.ts";
import { directoryWitness, type Witness } from "./audit/witness.ts";
import { systemClock } from "./clock.ts";
import { verbs } from "./commands/index.ts";
import type { Config } from "./core/config.ts";
import { code, message } from "./core/message.ts";
import type { Clock } from "./core/ports/clock.ts";
import type { Log } from "./core/ports/log.ts";
import type { Store } from "./core/ports/store.ts";
import { isRefusal } from "./core/refusal.ts";
import { append } from "./dispatch/append.ts";
import { makeDispatch } from "./dispatch/dispatch.ts";
import { plainEvent } from "./dispatch/record.ts";
import { openClusters } from "./integrations/kubernetes/clusters.ts";
import { findCredentials } from "./integrations/secretlint/find.ts";
import { connectSlack, reachSlack, type SlackSettings } from "./integrations/slack/connect.ts";
import { makeDirectory } from "./integrations/slack/directory.ts";
import { startOutbox } from "./integrations/slack/outbox/run.ts";
import { openManifests } from "./integrations/yaml/manifests.ts";
import { startEmbeddedJobs } from "./jobs/embedded.ts";
import { controlPath, listenForControl } from "./server/control.ts";
import { healthProbes, type Probe, serveHealth } from "./server/health.ts";
import { keptKey } from "./store/keys.ts";
import { openStore } from "./store/open.ts";
import { readVersion } from "./version.ts";

export interface Secrets {
  readonly botToken: string;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** Points elsewhere than Slack, for the demo and tests. */
  readonly apiUrl: string | null;
}

export interface BotOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface Bot {
  /** Where HTTP mode listens; null in Socket Mode. */
  readonly port: number | null;
  /** Resolves with Slack's reason when the connection ended for good. */
  readonly ended: Promise<string>;
  /** Takes nothing more in, finishes what is under way, signs the log, and closes. Safe to call twice. */
  stop(): Promise<void>;
}

/** Throws when the store is in use or unwritable, when Slack refuses the token, or when a configured channel is not there. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { config, log } = options;
  const clock = options.clock ?? systemClock;
  const version = readVersion();
  const startedAt = clock.now();
  let isReady = false;
  const nudges = new Set<(wrote: { readonly audit: number }) => void>();
  const nudge = (): void => {
    for (const one of nudges) one({ audit: 0 });
  };
  const store = await openStore({
    directory: config.dataDirectory,
    clock,
    random: randomBytes,
    log,
    seal: sealRecord,
    committed: (wrote) => {
      for (const one of nudges) one(wrote);
    },
  });
  const closing: (() => Promise<void>)[] = [() => store.close()];
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed())
      await step().catch((error: unknown) =>
        log.error("a part did not close", { error: error instanceof Error ? error : undefined }),
      );
    closing.length = 0;
  };
  try {
    const signer = openSigner({ folder: join(config.dataDirectory, "keys"), random: randomBytes });
    const witness = directoryWitness(config.audit.checkpoints);
    const clusters = await openClusters({
      clusters: config.clusters,
      clock,
      random: randomBytes,
      log,
      version,
      secretTagKey: keptKey(config.dataDirectory, "secret-tags.key", randomBytes),
    });
    closing.push(() => clusters.close());
    const manifests = openManifests({ bytes: config.limits.manifestBytes });
    closing.push(() => manifests.close());
    const reached = await reachSlack(slackSettings(options), { clock, log });
    const people = makeDirectory({
      api: reached.clients.lookup,
      home: reached.home,
      clock,
      log,
      groups: config.groups,
      groupMaxAgeMs: config.limits.groupMaxAgeMs,
    });
    const channels = {
      approvals: await channelId(people, config.channels.approvals),
      audit: await channelId(people, config.channels.audit),
    };
    const checkpointer = new Checkpointer({
      store,
      signer,
      witness,
      acceptance: fileAcceptance({ file: join(config.dataDirectory, "accept-log"), witness, clock }),
      clock,
      log,
      tell: (note, size) => tellCheckpoint(store, channels.audit, { note, size }),
    });
    nudges.add(({ audit }) => {
      if (audit > 0) checkpointer.appended(audit);
    });
    await checkpointer.start();
    closing.push(() => checkpointer.close());
    const sealedBecause = (): string | null => checkpointer.refusal()?.message ?? null;
    const control = await listenForControl({
      path: controlPath(config.dataDirectory),
      log,
      source: {
        status: async () => ({
          version,
          startedAt,
          records: ((await store.audit.head())?.seq ?? -1) + 1,
          backlog: await store.outbox.backlog(),
          sealed: sealedBecause(),
        }),
        auditLines: () => exportLines(store),
        proving: async () => {
          const signed = (await checkpointer.proving())?.signed ?? null;
          return signed === null ? null : { ...signed, key: vkeyOf(signer) };
        },
      },
    });
    closing.push(() => control.close());
    clusters.start();
    const runner = `${process.pid}-${randomBytes(6).toString("hex")}`;
    const dispatch = makeDispatch(
      {
        store,
        clock,
        random: randomBytes,
        log,
        clusters,
        manifests,
        people,
        config,
        verbs,
        channels,
        runner,
        nudge,
        audit: auditView({ store, witness: witness satisfies Witness, verifier: signer }),
        sealedBecause,
      },
      {
        credentialsIn: async (text) =>
          (await findCredentials(text)).map((found) => `${found.kind} in line ${found.line}`),
      },
    );
    await recordStart(store, config, { version, channel: channels.audit });
    await dispatch.start();
    closing.push(() => dispatch.stop());
    const outbox = startOutbox(reached, {
      ...store.outbox,
      markSent: async (id, sent) => {
        await store.outbox.markSent(id, sent);
        await dispatch.sent(sent).catch((error: unknown) =>
          log.error("a posted card was not recorded", {
            key: sent.key,
            error: error instanceof Error ? error : undefined,
          }),
        );
      },
    });
    nudges.add(() => outbox.nudge());
    closing.push(() => outbox.stop());
    const jobs = startEmbeddedJobs({ store, clock, log, handlers: dispatch.jobs });
    nudges.add(() => jobs.nudge());
    closing.push(() => jobs.stop());
    const probes = healthProbes(() => isReady);
    const connection = await connectSlack(reached, dispatch.surface, probes);
    closing.push(() => connection.stop());
    if (connection.mode === "socket") closing.push(await probesBeside(options, probes));
    isReady = true;
    log.info("countersign is listening", { mode: connection.mode, port: connection.port });
    return {
      port: connection.port,
      ended: connection.ended,
      stop: () => {
        isReady = false;
        return stopBot(store, channels.audit, close);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In Socket Mode nobody but a supervisor asks here, so a port that is taken is said and the bot goes on. */
async function probesBeside({ config, log }: BotOptions, probes: readonly Probe[]): Promise<() => Promise<void>> {
  try {
    const server = await serveHealth({ ...config.http, probes });
    return () => server.close();
  } catch (error) {
    log.warn("no health checks: the port of http cannot be listened on", {
      host: config.http.host,
      port: config.http.port,
      error: error instanceof Error ? error : undefined,
    });
    return async () => undefined;
  }
}

let stopping: Promise<void> | null = null;
function stopBot(store: Store, auditChannel: string, close: () => Promise<void>): Promise<void> {
  stopping ??= (async () => {
    await store
      .transact((tx) => append(tx, plainEvent("bot.stopped", { actor: null, details: {} }), auditChannel))
      .catch(() => undefined);
    await close();
  })().finally(() => {
    stopping = null;
  });
  return stopping;
}

/** The bot's start, and the policy when it is another one than at the last start. */
async function recordStart(
  store: Store,
  config: Config,
  of: { readonly version: string; readonly channel: string },
): Promise<void> {
  const policy = config.policy.digest;
  await store.transact(async (tx) => {
    const clusters = config.clusters.map((one) => one.name);
    await append(
      tx,
      plainEvent("bot.started", { actor: null, details: { version: of.version, policy, clusters } }),
      of.channel,
    );
    const before = await tx.settings.get("policy");
    if (before === policy) return;
    await tx.settings.set("policy", policy);
    const details = { policy, before: typeof before === "string" ? before : null, rules: config.policy.rules.length };
    await append(tx, plainEvent("policy.loaded", { actor: null, details }), of.channel);
  });
}

function slackSettings({ config, secrets }: BotOptions): SlackSettings {
  return {
    botToken: secrets.botToken,
    ...(secrets.appToken === null ? {} : { appToken: secrets.appToken }),
    ...(secrets.signingSecret === null ? {} : { signingSecret: secrets.signingSecret }),
    ...(secrets.apiUrl === null ? {} : { apiUrl: secrets.apiUrl }),
    port: config.http.port,
    host: config.http.host,
    command: config.command,
    maxFileBytes: config.limits.manifestBytes,
  };
}

async function channelId(people: ReturnType<typeof makeDirectory>, name: string): Promise<string> {
  const id = await people.channelId(name);
  if (isRefusal(id)) throw new Error(`${id.message} ${id.hint}`);
  return id;
}

async function tellCheckpoint(
  store: Store,
  channel: string,
  { note, size }: { readonly note: string; readonly size: number },
): Promise<void> {
  await store.transact((tx) =>
    tx.outbox.put({
      key: `checkpoint:${size}`,
      living: false,
      to: { channelId: channel, thread: null },
      message: message(`Checkpoint of ${size} records`, [
        { kind: "text", icon: "lock", text: ["Signed checkpoint of ", code(String(size)), " records"] },
        { kind: "code", text: note },
      ]),
      request: null,
      lane: "audit",
    }),
  );
}
