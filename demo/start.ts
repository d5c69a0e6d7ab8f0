// The demo: a local Slack, a sample cluster and the bot, in one process on this machine.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Log } from "../src/core/ports/log.ts";
import { loadConfigured, startConfigured } from "./bot.ts";
import { type SampleCluster, startSampleCluster } from "./cluster/cluster.ts";
import { DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "./cluster/seed/demo.ts";
import { type DemoCluster, demoConfig } from "./config.ts";
import { demoGreeting } from "./greeting.ts";
import { startLocalSlack } from "./slack/start.ts";

export interface DemoOptions {
  readonly directory: string;
  readonly fresh: boolean;
  /** Of the page; 0 takes a free one. */
  readonly port: number;
  /** A real cluster's kubeconfig, in place of the sample cluster. */
  readonly kubeconfig: string | null;
  readonly context: string | null;
  readonly log: Log;
}

export interface Demo {
  readonly pageUrl: string;
  readonly welcome: string;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const directory = resolve(options.directory);
  if (options.fresh) rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const sample = options.kubeconfig === null ? await startSample(directory) : null;
  const cluster: DemoCluster = {
    name: sample === null ? "cluster" : "production",
    environment: "production",
    kubeconfig: options.kubeconfig === null ? join(directory, "kubeconfig") : resolve(options.kubeconfig),
    context: sample?.name ?? options.context ?? "",
  };
  const configFile = join(directory, "countersign.yaml");
  writeFileSync(configFile, demoConfig(directory, [cluster]), { mode: 0o600 });
  const { config, completions } = loadConfigured(configFile);
  const slack = await startLocalSlack({
    port: options.port,
    dataFile: join(directory, "slack.json"),
    greeting: demoGreeting,
    completions,
  });
  const bot = await startConfigured(config, slack, options.log);
  return {
    pageUrl: slack.pageUrl,
    welcome: welcomeText(slack.pageUrl, configFile, sample !== null),
    ended: bot.ended,
    async stop() {
      await bot.stop();
      await slack.stop();
      await sample?.stop();
    },
  };
}

async function startSample(directory: string): Promise<SampleCluster> {
  const sample = await startSampleCluster({
    name: "production",
    dataFile: join(directory, "cluster.json"),
    seed: seedDemo,
    tokens: demoTokens((user) => `demo-token-of-${user}`),
    brokenImages: DEMO_BROKEN_IMAGES,
  });
  sample.kubeconfig(DEMO_BOT, join(directory, "kubeconfig"));
  return sample;
}

function welcomeText(pageUrl: string, configFile: string, isSample: boolean): string {
  return `
Countersign is running, with a local Slack${isSample ? " and a sample cluster" : ""}.

  Open   ${pageUrl}

  1. As Ana, in #payments, type   /ops status checkout
  2. Ask for the way back         /ops rollback checkout because checkout fails since 42
  3. As Ben and as Finn, press    Review and approve   in #platform-approvals
     and watch it roll back; every step stands in #countersign-audit.

  The policy is in ${configFile}. Ctrl-C stops it; the next start goes on where this one ended.

`;
}
