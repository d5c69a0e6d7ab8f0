// The whole bot in a test: a local Slack, a sample cluster and the real composition between them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { loadConfigured, startConfigured } from "../../demo/bot.ts";
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { demoConfig } from "../../demo/config.ts";
import type { LocalSlack, LocalSlackOptions } from "../../demo/slack/local-slack.ts";
import type { Message } from "../../demo/slack/records.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import type { Log } from "../../src/core/ports/log.ts";
import type { Bot } from "../../src/main.ts";

export const ana = "U0ANA0001";
export const ben = "U0BEN0001";
export const chloe = "U0CHLOE01";
export const dev = "U0DEV0001";
export const eve = "U0EVE0001";
export const finn = "U0FINN001";

export interface Town {
  readonly slack: LocalSlack;
  readonly cluster: SampleCluster;
  readonly directory: string;
  readonly configFile: string;
  readonly faults: readonly string[];
  startBot(): Promise<Bot>;
  stopBot(): Promise<void>;
  /** The card of the newest request that says so, in the approvals channel. */
  card(wanted: (message: Message) => boolean): Promise<Message>;
  /** Opens the vote's form from the card and submits it. */
  vote(user: string, card: Message, choice: "approve" | "deny", reason?: string): Promise<void>;
}

export interface TownOptions {
  readonly podReadyMs?: number;
  readonly config?: (text: string) => string;
  readonly slack?: Partial<LocalSlackOptions>;
}

export async function startTown(t: TestContext, options: TownOptions = {}): Promise<Town> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const cluster = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    podReadyMs: options.podReadyMs ?? 20,
  });
  const kubeconfig = join(directory, "kubeconfig");
  cluster.kubeconfig(DEMO_BOT, kubeconfig);
  const configFile = join(directory, "countersign.yaml");
  const text = demoConfig(directory, [
    { name: "production", environment: "production", kubeconfig, context: "production" },
  ]);
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
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    slack,
    cluster,
    directory,
    configFile,
    faults,
    async startBot() {
      bot = await startConfigured(loadConfigured(configFile).config, slack, collecting(faults));
      await slack.waitForConnections(1);
      return bot;
    },
    stopBot,
    card: (wanted) => slack.waitForMessage((message) => isCard(slack, message) && wanted(message), 10_000),
    async vote(user, card, choice, reason) {
      const where = { channel: card.channel, ts: card.ts };
      const current = slack.messages(card.channel).find((one) => one.ts === card.ts) ?? card;
      await slack.as(user).click(where, actionIdOf(current, `open-${choice}`));
      await slack.waitForModal(user);
      await slack.as(user).submit(reason === undefined ? {} : { reason });
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

function collecting(faults: string[]): Log {
  const keep = (level: string) => (message: string, fields?: object) => {
    const error =
      fields !== undefined && "error" in fields && fields.error instanceof Error ? ` ${fields.error.stack}` : "";
    faults.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}${error}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: keep("warn"), error: keep("error") };
}

/** Calls that could have changed the cluster: no reads, no reviews, no dry runs. */
export function writesOf(cluster: SampleCluster): readonly RequestEntry[] {
  return cluster
    .requests()
    .filter((entry) => entry.method !== "GET" && !entry.path.endsWith("reviews") && !entry.query.has("dryRun"));
}
