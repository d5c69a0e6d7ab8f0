// Acts at the front and writes down what was meant, what Slack was told, and what the cluster saw: a history in the making.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { DEMO_REAPER } from "../../../demo/cluster/seed/rights.ts";
import type { ActOutcome } from "../../../demo/slack/acts/outcome.ts";
import type { Message, ViewRecord } from "../../../demo/slack/records.ts";
import { checkpointsIn } from "../../../src/audit/files.ts";
import { findBot } from "../../../src/server/control-client.ts";
import { actionIdOf, type Town, writesOf } from "../../support/town.ts";
import type { OpenedRecord } from "./backends.ts";
import type { ClusterCall, Deed, FrontEvent, History, Loss, Rules, ShownCard, Sink } from "./history.ts";

export type End = "ok" | "fail" | "unknown";

export interface RecorderOptions {
  readonly town: Town;
  readonly part: string;
  readonly seed: number;
  readonly backend: OpenedRecord;
  /** How far the bot's clock is ahead of this machine's, now. */
  readonly aheadMs?: () => number;
  /** Slack goes by the bot's clock, and not by this machine's. */
  readonly isSlackAhead?: boolean;
  readonly canaries?: readonly string[];
  readonly rules?: Rules;
}

/** Of the demo's configuration; said here again, so that the bot is not asked what it ought to do. */
export const demoRules: Rules = { approvals: 2, from: ["payments-leads", "platform"], groupMaxAgeMs: 360_000 };

/** How long a person looks at a form that does not come. */
const patienceMs = 6_000;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #front: FrontEvent[] = [];
  readonly #ahead: { readonly from: number; readonly ms: number }[] = [];
  readonly #calls: ClusterCall[] = [];
  readonly #losses: Loss[] = [];
  #cards: readonly ShownCard[] | null = null;
  #ops = 0;
  /** Acknowledgements, in ms, of every deed so far. */
  readonly acknowledgedMs: number[] = [];
  /** From the submission of a vote's form to its answer. */
  readonly decidedMs: number[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.clockMoved();
  }

  get town(): Town {
    return this.#options.town;
  }

  now(): number {
    return Date.now() + (this.#options.aheadMs?.() ?? 0);
  }

  /** To be called after each move of the bot's clock, so that the cluster's times can be told in it. */
  clockMoved(): void {
    this.#ahead.push({ from: Date.now(), ms: this.#options.aheadMs?.() ?? 0 });
  }

  bot(is: "serving" | "down"): void {
    this.#front.push({ kind: "bot", at: this.now(), is });
  }

  members(groups: Readonly<Record<string, readonly string[]>>): void {
    this.#front.push({ kind: "members", at: this.now(), groups });
  }

  /** Slack's answer to the command: "fail" when it did not arrive. Whatever it becomes shows elsewhere. */
  async command(who: string, words: string, channel = "#payments"): Promise<End> {
    const op = this.#invoke(who, { do: "command", text: words });
    const outcome = await this.#timed(op, () => this.town.slack.as(who).command(channel, "/ops", words));
    const { problem = "" } = outcome;
    // Slack says so where there was nobody to bring it to.
    return this.#end(op, outcome.ok ? "ok" : problem.includes("dispatch_failed") ? "fail" : "unknown", problem);
  }

  /** The card's button, the form, and its submission. */
  async vote(who: string, card: Message, choice: "approve" | "deny"): Promise<End> {
    return (await this.form(who, card, choice))(1);
  }

  /** The card's button and the form; what comes back submits it, so many times at once. */
  async form(who: string, card: Message, choice: "approve" | "deny"): Promise<(clicks: number) => Promise<End>> {
    const request = /r-[0-9a-z]{7}/.exec(card.text)?.[0] ?? "";
    const op = this.#invoke(who, { do: choice, request, card: card.ts });
    const form = await this.#form(op, { who, card, choice, request });
    if (typeof form === "string") {
      const end = this.#end(op, "fail", form);
      return async () => end;
    }
    return (clicks) => this.#submit(op, { who, form, clicks });
  }

  async #submit(op: number, { who, form, clicks }: Submission): Promise<End> {
    const { slack } = this.town;
    const began = performance.now();
    const submit = () => slack.as(who).act({ kind: "submit-view", viewId: form.id, state: {} });
    const outcomes = await this.#timed(op, () => Promise.all(Array.from({ length: clicks }, submit)));
    const end = await this.#answerOf(who, form, outcomes);
    this.decidedMs.push(performance.now() - began);
    return this.#end(op, end.kind, end.says);
  }

  /** The request's own button for taking it back. */
  async cancel(who: string, card: Message): Promise<End> {
    const request = /r-[0-9a-z]{7}/.exec(card.text)?.[0] ?? "";
    return this.command(who, `cancel ${request}`);
  }

  /** Reads the running bot's log as anybody may: what was read is acknowledged from now on. */
  async readHead(): Promise<void> {
    const last = (await this.#lines()).at(-1);
    if (last === undefined) return;
    const { seq, hash } = JSON.parse(last) as { seq: number; hash: string };
    this.#front.push({ kind: "head", at: this.now(), seq, hash });
  }

  /** The cluster keeps so many requests and no more: to be called in between where there are many. */
  collect(): void {
    // The reaper's are not the bot's: it has an account, and a record, of its own.
    const calls = writesOf(this.town.cluster).filter(({ user }) => user !== DEMO_REAPER);
    this.#calls.push(...calls.map((entry) => ({ ...callOf(entry), at: entry.at + this.#aheadAt(entry.at) })));
    this.town.cluster.forgetRequests();
  }

  /** From now on the log lacks what it said from this record on. */
  lost(from: number): void {
    this.#losses.push({ at: this.now(), from });
  }

  /** Once every message has gone out: what the cards say from then on is what they stay at. */
  readCards(): void {
    this.#cards = cardsIn(this.town);
  }

  /** As far as it is known while the bot runs; of a bot that does not answer, without its log. */
  async unfinished(): Promise<History> {
    return this.#historyOf(await this.#lines().catch(() => []), false);
  }

  /** After the bot was stopped. */
  async history(settled = true): Promise<History> {
    return this.#historyOf(await this.#options.backend.log(this.town.directory), settled);
  }

  async #lines(): Promise<readonly string[]> {
    const bot = await findBot(join(this.town.directory, "data"));
    return bot === null ? [] : (await text(bot.auditLog())).split("\n").filter((line) => line !== "");
  }

  async #historyOf(log: readonly string[], settled: boolean): Promise<History> {
    const { part, seed, backend, canaries = [], rules = demoRules, town } = this.#options;
    const endedAt = this.now();
    this.collect();
    return {
      ...{ part, seed, backend: backend.name, rules, canaries, endedAt, settled },
      front: [...this.#front, ...this.#shown(endedAt), ...this.#breaches()],
      cluster: this.#calls,
      ...(this.#losses.length === 0 ? {} : { losses: this.#losses }),
      ...(this.#cards === null ? {} : { cards: this.#cards }),
      grantsLeft: grantsIn(town),
      log,
      checkpoints: await checkpointsIn(join(town.directory, "checkpoints")),
      key: readFileSync(join(town.directory, "data", "keys", "audit.vkey"), "utf8").trim(),
      sinks: sinksOf(town),
    };
  }

  #aheadAt(realMs: number): number {
    return this.#ahead.findLast(({ from }) => from <= realMs)?.ms ?? 0;
  }

  #invoke(who: string, deed: Deed): number {
    this.#ops += 1;
    this.#front.push({ kind: "invoke", op: this.#ops, at: this.now(), who, deed });
    return this.#ops;
  }

  #end(op: number, kind: End, says: string): End {
    this.#front.push({ kind, op, at: this.now(), says });
    return kind;
  }

  async #timed<T>(op: number, deed: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const value = await deed();
    const tookMs = performance.now() - began;
    this.acknowledgedMs.push(tookMs);
    this.#front.push({ kind: "acknowledged", op, at: this.now(), tookMs });
    return value;
  }

  /** The form for this vote, or in words why none came. */
  async #form(op: number, vote: Vote): Promise<ViewRecord | string> {
    const { slack } = this.town;
    const { who, card, choice, request } = vote;
    const current = slack.messages(card.channel).find(({ ts }) => ts === card.ts) ?? card;
    let action: string;
    try {
      action = actionIdOf(current, `open-${choice}`);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const whispers = slack.ephemerals(who).length;
    const before = new Set(slack.modalsOf(who).map(({ id }) => id));
    const clicked = await this.#timed(op, () => slack.as(who).click({ channel: card.channel, ts: card.ts }, action));
    if (!clicked.ok) return clicked.problem ?? "the click was not taken";
    const fresh = () => slack.modalsOf(who).find(({ id }) => !before.has(id));
    const come = () => fresh() ?? (slack.ephemerals(who).length > whispers ? "told otherwise" : undefined);
    const form = await slack.waitUntil(come, `a form for ${request}`, patienceMs).catch(() => "no form came");
    if (typeof form === "string") return form;
    return form.view.callback_id === "cs-vote" ? form : JSON.stringify(form.view.blocks);
  }

  async #answerOf(
    who: string,
    form: ViewRecord,
    outcomes: readonly ActOutcome[],
  ): Promise<{ kind: End; says: string }> {
    const { slack } = this.town;
    if (!outcomes.some(({ ok }) => ok)) {
      const errors = outcomes.find((one) => one.errors !== undefined)?.errors;
      return { kind: errors === undefined ? "unknown" : "fail", says: JSON.stringify(errors ?? outcomes) };
    }
    const shown = () => JSON.stringify(slack.modalsOf(who).find(({ id }) => id === form.id)?.view ?? {});
    const isStill = () => shown().includes('"Under way"');
    await slack
      .waitUntil(() => (isStill() ? undefined : true), "an answer in the form", patienceMs)
      .catch(() => undefined);
    if (isStill()) return { kind: "unknown", says: "under way" };
    // Sent twice, the second is told that it was counted already; either way the vote stands.
    const says = shown();
    const isNo = says.includes('"Not done"') && !says.includes("already");
    return { kind: isNo ? "fail" : says.includes('"Not done"') ? "unknown" : "ok", says: isNo ? says : "" };
  }

  #shown(at: number): readonly FrontEvent[] {
    return cardsIn(this.town).flatMap(({ request, says }): readonly FrontEvent[] =>
      says === "open" || says === "replaced" || says === "superseded"
        ? []
        : [{ kind: "shown", at, request, end: says }],
    );
  }

  #breaches(): readonly FrontEvent[] {
    const byBot = (atMs: number): number => (this.#options.isSlackAhead === true ? atMs : atMs + this.#aheadAt(atMs));
    return this.town.slack
      .violations()
      .map(({ code, detail, atMs }) => ({ kind: "breach", at: byBot(atMs), code, detail }));
  }
}

interface Submission {
  readonly who: string;
  readonly form: ViewRecord;
  readonly clicks: number;
}

interface Vote {
  readonly who: string;
  readonly card: Message;
  readonly choice: "approve" | "deny";
  readonly request: string;
}

function cardsIn({ slack }: Town): readonly ShownCard[] {
  return slack.messages("#platform-approvals").flatMap(({ text: words, threadTs, ts }) => {
    const request = threadTs === undefined ? /^r-[0-9a-z]{7}/.exec(words)?.[0] : undefined;
    return request === undefined ? [] : [{ request, ts, says: ends.find(([end]) => end.test(words))?.[1] ?? "open" }];
  });
}

const ends: readonly (readonly [RegExp, ShownCard["says"]])[] = [
  [/ is done and verified/, "done"],
  [/ a person must look/, "unknown"],
  [/ its result is not confirmed/, "not-confirmed"],
  [/^r-\S+ failed/, "failed"],
  [/^r-\S+ was denied/, "denied"],
  [/^r-\S+ was cancelled/, "cancelled"],
  [/^r-\S+ expired/, "expired"],
  [/^r-\S+ was superseded/, "superseded"],
  [/^r-\S+ version \d+ is replaced/, "replaced"],
];

function callOf({ method, path, userAgent, code, done }: ClusterCall): Omit<ClusterCall, "at"> {
  return { method, path, userAgent, code, done };
}

function grantsIn({ cluster }: Town): readonly string[] {
  const kinds = ["RoleBinding", "ServiceAccount"] as const;
  const objects = kinds.flatMap((kind) => cluster.objects.list(kind));
  return [...new Set(objects.flatMap(({ metadata }) => metadata.labels?.["countersign.dev/grant"] ?? []))];
}

function sinksOf({ slack, faults, directory }: Town): readonly Sink[] {
  // Of a bot in a process of its own.
  const ownLog = join(directory, "bot.log");
  const calls = slack.calls().filter(({ method }) => method !== "apps.connections.open");
  return [
    { name: "what was sent to Slack", text: JSON.stringify(calls.map(({ method, args }) => ({ method, args }))) },
    { name: "the bot's log", text: `${faults.join("\n")}${existsSync(ownLog) ? readFileSync(ownLog, "utf8") : ""}` },
  ];
}
