// The demo: a local Slack, a sample cluster and the bot, in one process on this machine.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Log } from "../src/core/ports/log.ts";
import { acceptOwnChange, configText } from "./accept.ts";
import { loadConfigured, startConfigured } from "./bot.ts";
import { claim } from "./claim.ts";
import { type SampleCluster, startSampleCluster } from "./cluster/cluster.ts";
import { botRights, DEMO_BOT, DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "./cluster/seed/demo.ts";
import { DEMO_REAPER, signInRights } from "./cluster/seed/rights.ts";
import { type DemoCluster, keepConfig } from "./config.ts";
import { demoGreeting, signInGreeting } from "./greeting.ts";
import { startDemoReaper } from "./reaper.ts";
import type { SignInAddresses } from "./sign-in/addresses.ts";
import { startDemoSignIn } from "./sign-in/start.ts";
import { startLocalSlack } from "./slack/start.ts";
import { welcomeText } from "./welcome.ts";

export interface DemoOptions {
  readonly directory: string;
  readonly fresh: boolean;
  /** Of the page; 0 takes a free one. */
  readonly port: number;
  /** A real cluster's kubeconfig, in place of the sample cluster. */
  readonly kubeconfig: string | null;
  /** Of that kubeconfig; its current one when null. */
  readonly context: string | null;
  readonly log: Log;
}

export interface Demo {
  readonly pageUrl: string;
  readonly welcome: string;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Slow enough that a rollout is seen to progress, quick enough that nobody waits for it. */
const rolloutPodMs = 5_000;
/** The cluster has run for weeks, so its pods are there when the page is. */
const firstPodMs = 50;

/** Throws a sentence for the newcomer when the port is taken, another demo runs here, or the kubeconfig is not there. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const directory = resolve(options.directory);
  const kubeconfig = options.kubeconfig === null ? null : resolve(options.kubeconfig);
  if (kubeconfig !== null && !existsSync(kubeconfig))
    throw new Error(`There is no kubeconfig at ${kubeconfig}. Leave --kubeconfig away to use the sample cluster.`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const claimed = claim(directory, process.pid);
  const closing: (() => Promise<void> | void)[] = [() => claimed.release()];
  const stop = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  let isUp = false;
  try {
    if (options.fresh) empty(directory);
    const sample = kubeconfig === null ? await startSample(directory, () => (isUp ? rolloutPodMs : firstPodMs)) : null;
    if (sample !== null) closing.push(() => sample.stop());
    const wanted = sample === null ? null : portsBeside(options.port);
    const before = configText(directory);
    const kept = await keepConfig(directory, demoCluster(directory, kubeconfig, options.context), wanted);
    const configured = loadConfigured(kept.file);
    acceptOwnChange(directory, before, configured.config);
    const signIn = kept.signIn === null ? null : await startDemoSignIn(kept.signIn);
    if (signIn !== null) closing.push(() => signIn.stop());
    const rights = signIn === null ? botRights : signInRights(DEMO_BOT, configured.config.access);
    for (const object of rights) sample?.objects.put(object);
    if (sample !== null && signIn !== null) {
      const reaper = await startDemoReaper(
        reaperKubeconfig(sample, directory),
        configured.config.access.namespace,
        options.log,
      );
      closing.push(() => reaper.stop());
    }
    const slack = await startLocalSlack({
      port: options.port,
      dataFile: join(directory, "slack.json"),
      greeting: signIn === null ? demoGreeting : [...demoGreeting, ...signInGreeting],
      completions: configured.completions,
      ...(signIn === null ? {} : { signIn: signIn.slack }),
    });
    closing.push(() => slack.stop());
    const bot = await startConfigured(configured, { slack, identity: signIn?.secrets ?? null, log: options.log });
    closing.push(() => bot.stop());
    claimed.say(slack.pageUrl);
    isUp = true;
    const welcome = welcomeText({
      pageUrl: slack.pageUrl,
      kept,
      isSample: sample !== null,
      canSignIn: signIn !== null,
    });
    return { pageUrl: slack.pageUrl, welcome, ended: bot.ended, stop };
  } catch (error) {
    await stop();
    throw portTaken(error, options.port) ?? error;
  }
}

/** Next to the page's, so that a second demo with a page of its own does not meet the first. */
function portsBeside(page: number): SignInAddresses {
  const beside = (step: number) => (page === 0 || page + step > 65_535 ? 0 : page + step);
  return { botPort: beside(100), idpPort: beside(101) };
}

function reaperKubeconfig(sample: SampleCluster, directory: string): string {
  const file = join(directory, "reaper.kubeconfig");
  sample.kubeconfig(DEMO_REAPER, file);
  return file;
}

/** All but the claim, which says that this directory is in use. */
function empty(directory: string): void {
  for (const name of readdirSync(directory))
    if (name !== "demo.pid") rmSync(join(directory, name), { recursive: true, force: true });
}

function demoCluster(directory: string, kubeconfig: string | null, context: string | null): DemoCluster {
  return kubeconfig === null
    ? {
        name: "production",
        environment: "production",
        kubeconfig: join(directory, "kubeconfig"),
        context: "production",
      }
    : { name: "cluster", environment: "production", kubeconfig, context };
}

async function startSample(directory: string, podReadyMs: () => number): Promise<SampleCluster> {
  const sample = await startSampleCluster({
    name: "production",
    dataFile: join(directory, "cluster.json"),
    seed: seedDemo,
    tokens: demoTokens((user) => `${user}-${randomBytes(16).toString("hex")}`),
    brokenImages: DEMO_BROKEN_IMAGES,
    podReadyMs,
  });
  sample.kubeconfig(DEMO_BOT, join(directory, "kubeconfig"));
  return sample;
}

function portTaken(error: unknown, port: number): Error | null {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "EADDRINUSE") return null;
  return new Error(
    `Port ${port} of 127.0.0.1 is taken by another program. Type: npm run demo -- --port ${port + 1}   (0 takes any free one)`,
    { cause: error },
  );
}
