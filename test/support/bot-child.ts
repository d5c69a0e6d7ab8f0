// The bot as a process of its own that kills itself at a named point: for tests of what a kill -9 leaves behind.
import { appendFileSync, writeFileSync } from "node:fs";
import { createHistogram } from "node:perf_hooks";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import pg from "pg";
import { rereading } from "../../demo/bot.ts";
import type { Pace } from "../../src/integrations/slack/outbox/pace.ts";
import { type Bot, startBot } from "../../src/main.ts";
import type { NumberedErrand, WorkerReply } from "../../src/store/messages.ts";
import { JumpClock } from "./jump-clock.ts";

/** What the parent sends first. */
export interface ChildOrders {
  readonly configFile: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly apiUrl: string;
  readonly databaseUrl: string | null;
  /** How far the child's clock is ahead of the machine's. */
  readonly aheadMs: number;
  /** What people are called in clusters, by user id; left out: nobody has signed in. */
  readonly clusterNames?: Readonly<Record<string, string>>;
}

/** The child's clock leaps so far. */
export interface Leap {
  readonly leapMs: number;
}

/** Dies at the commit of the n-th transaction from now whose statements say `word`: just before, or when it is durable. */
export interface CrashPoint {
  /** Stands still until SIGCONT instead of dying. */
  readonly stands?: true;
  readonly when: "before" | "after";
  readonly word: string;
  readonly times: number;
}

let armed: (CrashPoint & { left: number }) | null = null;
let said = "";
let dieAtReply = -1;

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("dead");
}

function end(): void {
  dieAtReply = -1;
  const stands = armed?.stands === true;
  armed = null;
  if (!stands) die();
  process.kill(process.pid, "SIGSTOP");
}

const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function postMessage(this: Worker, message: unknown): void {
  if (isWrite(message)) noticed(message);
  post.call(this, message);
};

const emit = Worker.prototype.emit;
Worker.prototype.emit = function heard(this: Worker, event: string | symbol, ...args: unknown[]): boolean {
  const reply = args[0] as WorkerReply | undefined;
  if (event === "message" && reply?.kind === "done" && reply.id === dieAtReply) end();
  return Reflect.apply(emit, this, [event, ...args]) as boolean;
};

/** The same on PostgreSQL, where statements leave this thread one by one. */
const saidOn = new WeakMap<pg.Client, string>();
const { query } = pg.Client.prototype;
const watched = function watched(this: pg.Client, ...args: readonly unknown[]): unknown {
  const asked = args[0] as { readonly text?: string; readonly values?: readonly unknown[] } | undefined;
  const text = asked?.text ?? "";
  const before = /^BEGIN/.test(text) ? "" : (saidOn.get(this) ?? "");
  saidOn.set(this, `${before}${text}${JSON.stringify(asked?.values ?? [])}`);
  const isIt = /^COMMIT/.test(text) && isArmedPoint(saidOn.get(this) ?? "");
  if (isIt && armed?.when === "before") end();
  const answer: unknown = Reflect.apply(query, this, args);
  if (isIt && answer instanceof Promise) answer.then(end, () => undefined);
  return answer;
};
pg.Client.prototype.query = watched as typeof query;

/** Counts the commits that say the word, up to the one that was ordered. */
function isArmedPoint(text: string): boolean {
  if (armed === null || !text.includes(armed.word)) return false;
  armed.left -= 1;
  return armed.left === 0;
}

function isWrite(message: unknown): message is NumberedErrand {
  return typeof message === "object" && message !== null && "to" in message && message.to === "writer";
}

function noticed(errand: NumberedErrand): void {
  if (armed === null) return;
  said = `${errand.begin ? "" : said}${JSON.stringify(errand.statements)}`;
  if (errand.end !== "commit" || !isArmedPoint(said)) return;
  if (armed.when === "before") end();
  else dieAtReply = errand.id;
}

const clock = new JumpClock();
const unhurried: Pace = { take: () => 0, giveBack: () => undefined, hold: () => undefined };

async function start(orders: ChildOrders): Promise<Bot> {
  clock.jump(orders.aheadMs);
  const quiet = (): void => undefined;
  const file = process.env.BOT_LOG;
  const shout = (message: string, fields?: object): void =>
    file === undefined ? console.error(message, fields) : appendFileSync(file, `${message} ${inspect(fields)}\n`);
  return startBot({
    ...rereading(orders.configFile),
    secrets: {
      ...{ botToken: orders.botToken, appToken: orders.appToken, signingSecret: null },
      ...{ apiUrl: orders.apiUrl, databaseUrl: orders.databaseUrl },
    },
    log: { debug: quiet, info: quiet, warn: quiet, error: shout },
    // The one that the bot has by itself is what a test of clocks is about.
    ...(process.env.BOT_CLOCK === "own" ? {} : { clock }),
    // A storm that Slack's pace would hold up is a storm no more.
    ...(process.env.BOT_PACE === "none" ? { pace: unhurried } : {}),
    clusterNamesOf: ({ account }) => {
      const user = orders.clusterNames?.[account.userId];
      return user === undefined ? null : { user, groups: [] };
    },
  });
}

/** How long the main thread worked between two turns of a timer, by its own CPU time: other processes of the machine don't count. */
const worked = createHistogram();
const turnMs = 10;

function gauge(): void {
  let before = process.threadCpuUsage();
  setInterval(() => {
    const now = process.threadCpuUsage();
    worked.record(Math.max(1, now.user + now.system - before.user - before.system));
    before = now;
  }, turnMs).unref();
}

/** Where a test asked for it, with the most memory so far. */
function writeGauge(): void {
  const file = process.env.BOT_GAUGE;
  if (file === undefined) return;
  const [p99Ms, maxMs] = [worked.percentile(99) / 1e3, worked.max / 1e3];
  writeFileSync(file, JSON.stringify({ p99Ms, maxMs, rssMb: process.resourceUsage().maxRSS / 1024 }));
}

let bot: Bot | null = null;
process.on("message", (message: ChildOrders | CrashPoint | Leap | "stop") => {
  if (message === "stop") {
    writeGauge();
    bot?.stop().then(() => process.exit(0), die);
  } else if ("leapMs" in message) {
    clock.jump(message.leapMs);
  } else if ("configFile" in message) {
    start(message).then(
      (started) => {
        bot = started;
        // From here on: loading the program is another figure.
        gauge();
        process.send?.("ready");
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  } else {
    armed = { ...message, left: message.times };
    said = "";
    process.send?.("armed");
  }
});
process.send?.("loaded");
