// The whole bot in a test: a local Slack, a sample cluster and the real composition between them.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rereading } from "../../demo/bot.ts";
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { demoConfig } from "../../demo/config.ts";
import type { LocalSlack, LocalSlackOptions } from "../../demo/slack/local-slack.ts";
import type { Message } from "../../demo/slack/records.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { sealRecord } from "../../src/audit/chain.ts";
import { exportLines } from "../../src/audit/export.ts";
import { systemClock } from "../../src/clock.ts";
import type { AuditRecord } from "../../src/core/audit.ts";
import type { Log } from "../../src/core/ports/log.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { type Bot, type BotOptions, startBot } from "../../src/main.ts";
import { openStore } from "../../src/store/open.ts";

export const ana = "U0ANA0001";
export const ben = "U0BEN0001";
export const chloe = "U0CHLOE01";
export const dev = "U0DEV0001";
export const eve = "U0EVE0001";
export const finn = "U0FINN001";

/** Of providers that a test scripts; anywhere but in the bot's memory they are a finding. */
export const identitySecrets = {
  providerClientSecret: "client-secret-of-idp",
  slackClientSecret: "client-secret-of-slack",
};

export interface Town extends Place {
  readonly cluster: SampleCluster;
}

/** The bot on some cluster: all of a town but the sample cluster. */
export interface Place {
  readonly slack: LocalSlack;
  readonly directory: string;
  readonly configFile: string;
  readonly faults: readonly string[];
  readonly databaseUrl: string | null;
  startBot(
    options?: Pick<BotOptions, "clock" | "over" | "clusterNamesOf" | "accessTargets" | "openProviders" | "knownOf"> &
      Partial<Pick<BotOptions, "config" | "secrets" | "log">>,
  ): Promise<Bot>;
  stopBot(): Promise<void>;
  /** The card of the newest request that says so, in the approvals channel. */
  card(wanted: (message: Message) => boolean): Promise<Message>;
  /** The audit log of a stopped bot. */
  records(): Promise<readonly AuditRecord[]>;
  /** The audit log of a stopped bot as JSON Lines. */
  exportLog(file: string): Promise<void>;
  /** Presses the button of the card as it stands now. */
  press(user: string, card: Message, route: string): Promise<void>;
  /** Opens the vote's form from the card and submits it. */
  vote(user: string, card: Message, choice: "approve" | "deny", reason?: string): Promise<void>;
}

/** What ends: a test, or all tests of a file. */
export interface Ending {
  after(work: () => Promise<void>): void;
}

export interface TownOptions {
  readonly podReadyMs?: number;
  readonly config?: (text: string) => string;
  readonly slack?: Partial<LocalSlackOptions>;
  readonly identitySecrets?: typeof identitySecrets;
  /** The record's; in the data directory when left out or null. */
  readonly databaseUrl?: string | null;
}

export async function startTown(t: Ending, options: TownOptions = {}): Promise<Town> {
  const cluster = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    podReadyMs: options.podReadyMs ?? 20,
  });
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const kubeconfig = join(directory, "kubeconfig");
  cluster.kubeconfig(DEMO_BOT, kubeconfig);
  const place = await startPlace(t, { ...options, directory, kubeconfig, context: "production" });
  t.after(() => cluster.stop());
  return { ...place, cluster };
}

export interface PlaceOptions extends TownOptions {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly context: string;
}

/** A local Slack and the bot, on the cluster of a kubeconfig, which the configuration calls production. */
export async function startPlace(t: Ending, options: PlaceOptions): Promise<Place> {
  const { directory, kubeconfig, context } = options;
  const configFile = join(directory, "countersign.yaml");
  const text = demoConfig(directory, [{ name: "production", environment: "production", kubeconfig, context }]);
  writeFileSync(configFile, options.config?.(text) ?? text);
  const slack = await startLocalSlack({ port: 0, limits: "off", ...options.slack });
  const faults: string[] = [];
  let bot: Bot | null = null;
  const stopBot = async (): Promise<void> => {
    await bot?.stop();
    bot = null;
  };
  t.after(async () => {
    await stopBot();
    await slack.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const press: Place["press"] = async (user, card, route) => {
    const current = slack.messages(card.channel).find((one) => one.ts === card.ts) ?? card;
    await slack.as(user).click({ channel: card.channel, ts: card.ts }, actionIdOf(current, route));
  };
  return {
    slack,
    directory,
    configFile,
    faults,
    databaseUrl: options.databaseUrl ?? null,
    async startBot(more = {}) {
      const { botToken, appToken, apiUrl } = slack;
      bot = await startBot({
        ...rereading(configFile),
        log: collecting(faults),
        secrets: {
          botToken,
          appToken,
          signingSecret: null,
          apiUrl,
          identity: options.identitySecrets ?? identitySecrets,
          databaseUrl: options.databaseUrl ?? null,
        },
        ...more,
      });
      await slack.waitForConnections(1);
      return bot;
    },
    stopBot,
    card: (wanted) => slack.waitForMessage((message) => isCard(slack, message) && wanted(message), 60_000),
    records: () => withStore(directory, (store) => store.audit.list({ afterSeq: -1, limit: 10_000 })),
    exportLog: (file) =>
      withStore(directory, async (store) => {
        const lines: string[] = [];
        for await (const line of exportLines(store)) lines.push(line);
        writeFileSync(file, `${lines.join("\n")}\n`);
      }),
    press,
    async vote(user, card, choice, reason) {
      // What is left open of an earlier vote would be taken for the form.
      for (const _ of slack.modalsOf(user)) await slack.as(user).closeModal();
      await press(user, card, `open-${choice}`);
      await slack.waitForModal(user);
      const outcome = await slack.as(user).submit(reason === undefined ? {} : { reason });
      if (!outcome.ok) throw new Error(`the vote was not taken: ${JSON.stringify(outcome)}`);
      // On a busy machine the form says so before its answer is there; a person would wait for that too.
      const shown = () => JSON.stringify(slack.openModalOf(user)?.view ?? {});
      await slack.waitUntil(
        () => (shown().includes('"Under way"') ? undefined : true),
        "an answer in the form",
        10_000,
      );
    },
  };
}

/** The action id of the button that stands for this route in a message. */
export function actionIdOf(message: Message, route: string): string {
  const found = new RegExp(`"action_id":"(cs:${route}:[0-9:]+)"`).exec(JSON.stringify(message.blocks))?.[1];
  if (found === undefined) throw new Error(`the message has no button ${route}: ${message.text}`);
  return found;
}

function isCard(slack: LocalSlack, message: Message): boolean {
  return message.channel === slack.channel("#platform-approvals")?.id && message.threadTs === undefined;
}

async function withStore<T>(directory: string, work: (store: Store) => Promise<T>): Promise<T> {
  const log = collecting([]);
  const store = await openStore({
    directory: join(directory, "data"),
    clock: systemClock,
    random: randomBytes,
    log,
    seal: sealRecord,
  });
  return work(store).finally(() => store.close());
}

function collecting(faults: string[]): Log {
  const keep = (level: string) => (message: string, fields?: object) => {
    // By a clock that a test hurries, what takes a moment is late; what is told of it has its own tests.
    if (message === "a part of the bot is away") return;
    const error =
      fields !== undefined && "error" in fields && fields.error instanceof Error ? ` ${fields.error.stack}` : "";
    faults.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}${error}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: keep("warn"), error: keep("error") };
}

/** What the bot did against Slack's rules. How soon it acknowledged is the machine's pace here, and the fault programme's to decide. */
export function breachesOf(slack: LocalSlack): ReturnType<LocalSlack["violations"]> {
  return slack.violations().filter(({ code }) => code !== "late_ack");
}

/** Calls that could have changed the cluster: no reads, no reviews, no dry runs. */
export function writesOf(cluster: SampleCluster): readonly RequestEntry[] {
  return cluster
    .requests()
    .filter((entry) => entry.method !== "GET" && !entry.path.endsWith("reviews") && !entry.query.has("dryRun"));
}
