// Steps that the scenarios share: asking, reading a card, and what the sample cluster saw of a request.
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { SampleCluster } from "../../demo/cluster/cluster.ts";
import type { Fault, FaultMatch } from "../../demo/cluster/faults.ts";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { deployment } from "../../demo/cluster/seed/workload.ts";
import type { Message } from "../../demo/slack/records.ts";
import type { AuditRecord } from "../../src/core/audit.ts";
import { findBot } from "../../src/server/control-client.ts";
import type { JumpClock } from "./jump-clock.ts";
import { ana, eve, type Place, type Town, writesOf } from "./town.ts";

export const shop = (name: string) => ({ kind: "Deployment", namespace: "shop", name });

/** A small Deployment of its own for one case, so that cases do not meet. */
export function plant(cluster: SampleCluster, name: string, image = "registry.acme.example/shop/web:v1"): void {
  cluster.objects.put(deployment({ namespace: "shop", name, image, replicas: 1 }));
}

/** The Deployment's first revision is there. */
export async function released(cluster: SampleCluster, name: string): Promise<void> {
  const isThere = () =>
    cluster.objects.list("ReplicaSet", "shop").some((set) => set.metadata.name.startsWith(`${name}-`));
  while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
}

/** What refills Slack's pace: posts and updates wait for nobody after a jump by this much. */
export const breathMs = 9_000;

/** Time goes on at once; a refused command afterwards makes the bot look at what has fallen due. */
export async function timePasses(here: { readonly town: Town; readonly clock: JumpClock }, ms: number): Promise<void> {
  here.clock.jump(ms);
  await here.town.slack.as(eve).command("#general", "/ops", "restart shop/nothing-of-that-name");
}

/** Time runs fast until it has happened: for a wait of the bot's that begins at no moment that a test could see. */
export async function hurried<T>(clock: JumpClock, happens: Promise<T>): Promise<T> {
  const hand = setInterval(() => clock.jump(1_000), 100);
  return happens.finally(() => clearInterval(hand));
}

/** Asks, and gives the card once votes count. */
export async function ask(town: Town, command: string, name: string, user = ana): Promise<Message> {
  const known = new Set(cards(town).map((card) => card.ts));
  await town.slack.as(user).command("#payments", "/ops", command);
  return town.card(
    (card) => !known.has(card.ts) && card.text.includes(name) && card.text.includes("waits to be countersigned"),
  );
}

function cards(town: Town): readonly Message[] {
  return town.slack.messages("#platform-approvals");
}

export const idOf = (card: Message): string => /r-[a-z0-9]+/.exec(card.text)?.[0] ?? "";

/** Waits until this card says so, in its summary or its blocks. */
export function until(town: Town, card: Message, words: string | RegExp, timeoutMs = 30_000): Promise<Message> {
  const matches = (text: string): boolean => (typeof words === "string" ? text.includes(words) : words.test(text));
  return town.slack.waitForMessage(
    (message) =>
      message.channel === card.channel &&
      message.ts === card.ts &&
      matches(message.text + JSON.stringify(message.blocks)),
    timeoutMs,
  );
}

/** The next version's card of the same request. */
export function nextCard(town: Town, card: Message): Promise<Message> {
  return town.card(
    (message) =>
      message.ts !== card.ts && message.text.includes(idOf(card)) && message.text.includes("waits to be countersigned"),
  );
}

/** What was said in this card's thread; blocks as one text. */
export function thread(town: Town, card: Message): readonly { readonly text: string; readonly blocks: string }[] {
  return town.slack
    .messages(card.channel)
    .filter((message) => message.threadTs === card.ts)
    .map((message) => ({ text: message.text, blocks: JSON.stringify(message.blocks) }));
}

/** What the bot logged as errors; a clock that jumps breaks watches, which is only a warning. */
export const errorsOf = (town: Town): readonly string[] => town.faults.filter((line) => line.startsWith("error"));

/** After a leap of hours a line that still waited for its thread's first counts as lost: the leap's doing, not the bot's. */
export const errorsApartFromLeaps = (town: Town): readonly string[] =>
  errorsOf(town).filter((line) => !line.includes("the message that starts its thread was never posted"));

/** Writes sent for this request, fences of its recovery left out. */
export function writesFor(cluster: SampleCluster, id: string): readonly RequestEntry[] {
  return writesOf(cluster).filter((entry) => entry.userAgent.includes(`request/${id})`));
}

/** Whether the running bot's log holds such a record of this request. */
export async function isRecorded(town: Place, id: string, code: string): Promise<boolean> {
  const holds = ({ request, code: its }: Partial<AuditRecord>): boolean => request === id && its === code;
  const bot = await findBot(join(town.directory, "data"));
  const lines = bot === null ? "" : await text(bot.auditLog());
  return lines.split("\n").some((line) => line !== "" && holds(JSON.parse(line)));
}

export async function recorded(town: Place, id: string, code: string): Promise<void> {
  while (!(await isRecorded(town, id, code)));
}

/** Called with every request just before the sample cluster does it. */
export function onRequest(cluster: SampleCluster, see: (entry: RequestEntry) => void): void {
  cluster.failNext(
    matching(cluster, (entry) => {
      see(entry);
      return false;
    }),
    { reset: true },
  );
}

/** The first request that is so meets this fault; `also` is called as it arrives. */
export function faultOnce(
  cluster: SampleCluster,
  isIt: (entry: RequestEntry) => boolean,
  fault: Fault,
  also: () => void = () => undefined,
): void {
  const it = matching(cluster, (entry) => {
    if (!isIt(entry)) return false;
    also();
    return true;
  });
  cluster.failNext(it, fault);
}

export const isWriteTo =
  (name: string) =>
  ({ method, path, query }: RequestEntry): boolean =>
    method !== "GET" && !query.has("dryRun") && path.split("/").includes(name);

/** Faults are matched against each request in turn, which is in the log by then: the match may look at all of it. */
function matching(cluster: SampleCluster, isIt: (entry: RequestEntry) => boolean): FaultMatch {
  const path = /^/;
  path.test = () => {
    const entry = cluster.requests().at(-1);
    return entry !== undefined && isIt(entry);
  };
  return { path };
}
