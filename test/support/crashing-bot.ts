// Holds the bot's process for crash tests: starts it, arms it, kills it, and starts it again behind its leases.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildOrders, CrashPoint } from "./bot-child.ts";
import type { Town } from "./town.ts";

/** Built as the package is, where the fault programme has built it: then a start is one as in production, from nothing. */
const built = process.env.FAULT_BOT ?? null;
const program = built ?? fileURLToPath(new URL("./bot-child.ts", import.meta.url));

/** Where it runs: of several on one record, each has a configuration file of its own. */
export type CrashingTown = Pick<Town, "slack" | "configFile" | "databaseUrl" | "directory">;

export class CrashingBot {
  readonly #town: CrashingTown;
  readonly #now: () => number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #clusterNames: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  /** From the sources a process loads its modules, which takes seconds, while the one before is still at work. */
  #next: { readonly child: ChildProcess; readonly loaded: Promise<void> } | null = null;

  /**
   * `now`: the clock that the town's Slack shares; a start takes how far it is ahead. `clusterNames`: what clusters call people, by
   * their user ids. `env`: more of it for each process.
   */
  constructor(
    town: CrashingTown,
    now: () => number,
    clusterNames: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#env = { BOT_LOG: join(town.directory, "bot.log"), ...env };
    this.#town = town;
    this.#now = now;
    this.#clusterNames = clusterNames;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Serving when it resolves; so many bots are connected to Slack then. */
  async start(connected = 1): Promise<void> {
    const { child, loaded } = this.#next ?? load(this.#env);
    this.#next = null;
    this.#child = child;
    const { slack, configFile, databaseUrl } = this.#town;
    const { botToken, appToken, apiUrl } = slack;
    const orders: ChildOrders = {
      ...{ configFile, botToken, appToken, apiUrl, databaseUrl },
      ...{ aheadMs: this.#now() - Date.now(), clusterNames: this.#clusterNames },
    };
    await loaded;
    child.send(orders);
    await said(child, "ready");
    await slack.waitForConnections(connected);
    if (built === null) this.#next = load(this.#env);
  }

  async arm(point: CrashPoint): Promise<void> {
    this.#child?.send(point);
    if (this.#child !== null) await said(this.#child, "armed");
  }

  /** Its clock leaps so far from where it is. */
  leap(leapMs: number): void {
    this.#child?.send({ leapMs });
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }

  /** Resolves when the process stands still (proc(5): state T). */
  async standing(): Promise<void> {
    const state = (): string => readFileSync(`/proc/${this.pid}/stat`, "utf8").split(") ")[1]?.[0] ?? "";
    while (state() !== "T") await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, "exit");
    this.#child = null;
  }

  async stop(): Promise<void> {
    this.#next?.child.kill("SIGKILL");
    this.#next = null;
    if (this.#child === null) return;
    this.#child.send("stop");
    await this.gone();
  }

  end(): void {
    for (const child of [this.#child, this.#next?.child]) child?.kill("SIGKILL");
  }
}

function load(more: Readonly<Record<string, string>>): {
  readonly child: ChildProcess;
  readonly loaded: Promise<void>;
} {
  // The package is started without one.
  const cache = built === null ? { NODE_COMPILE_CACHE: join(tmpdir(), "countersign-compile-cache") } : {};
  const env = { ...process.env, ...cache, ...more };
  const child = fork(program, [], { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const loaded = said(child, "loaded");
  // Awaited at its turn; one that is ended before that is nobody's trouble.
  loaded.catch(() => undefined);
  return { child, loaded };
}

async function said(child: ChildProcess, word: string): Promise<void> {
  for (;;) {
    const [message] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [unknown];
    if (message === word) return;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the bot's process ended before “${word}”`);
  }
}
