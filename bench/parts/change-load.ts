// Changes asked for, countersigned twice and carried out, by people of the local Slack: lanes of three who work side by side.
import type { Change } from "../../demo/slack/hub.ts";
import type { LocalSlack } from "../../demo/slack/local-slack.ts";
import type { Message, ViewRecord } from "../../demo/slack/records.ts";

export interface Lane {
  readonly index: number;
  readonly asker: string;
  readonly voters: readonly [string, string];
}

export interface Round {
  readonly lanes: number;
  readonly changesPerLane: number;
}

export interface Played {
  readonly changes: number;
  readonly tookMs: number;
  /** From the click on "Approve" in the form to the answer that says what came of it. */
  readonly voteMs: readonly number[];
  readonly changeMs: readonly number[];
}

/** Slack shows a person one form at a time: each lane has people of its own. */
export function laneOf(index: number): Lane {
  const number = String(index).padStart(3, "0");
  return { index, asker: `U0ASK${number}`, voters: [`U0VTA${number}`, `U0VTB${number}`] };
}

/** The deployment that a lane scales up and down, so that no two lanes want the same. */
export const deploymentOf = ({ index }: Pick<Lane, "index">): string => `lane-${String(index).padStart(3, "0")}x`;

const waits = "waits to be countersigned";
const isDone = /is done and verified/;
const isLost = /failed|not confirmed|was denied|expired|must look/;
const patienceMs = 120_000;

export function makeLoad(slack: LocalSlack, channels: readonly string[]) {
  const cards = expectations<string, Message>();
  const forms = expectations<string, ViewRecord>();
  slack.listen((change: Change) => {
    if (change.kind === "message") {
      const name = /lane-\d+x/.exec(change.message.text)?.[0];
      if (name !== undefined && change.message.threadTs === undefined) cards.offer(name, change.message);
    }
    if (change.kind === "modal") forms.offer(change.view.user, change.view);
  });
  const asked = new Map<number, number>();

  async function vote(user: string, card: Message): Promise<number> {
    const opened = forms.next(user, (view) => !says(view).includes("is recorded"));
    const pressed = await slack.as(user).click({ channel: card.channel, ts: card.ts }, approveOn(card));
    if (!pressed.ok) throw new Error(`the button did nothing: ${JSON.stringify(pressed)}`);
    await opened;
    const answered = forms.next(user, (view) => says(view).includes("is recorded"));
    const startedAt = performance.now();
    const outcome = await slack.as(user).submit();
    if (!outcome.ok) throw new Error(`the vote was not taken: ${JSON.stringify(outcome)}`);
    await answered;
    const tookMs = performance.now() - startedAt;
    await slack.as(user).closeModal();
    return tookMs;
  }

  async function change(lane: Lane): Promise<{ readonly voteMs: readonly number[]; readonly tookMs: number }> {
    const name = deploymentOf(lane);
    const count = asked.get(lane.index) ?? 0;
    asked.set(lane.index, count + 1);
    const channel = channels[(lane.index * 7 + count) % channels.length] ?? "";
    const startedAt = performance.now();
    const posted = cards.next(name, (card) => card.text.includes(waits));
    const command = `scale shop/${name} ${count % 2 === 0 ? 2 : 1} because of the hour`;
    const outcome = await slack.as(lane.asker).command(channel, "/ops", command);
    if (!outcome.ok) throw new Error(`the command was not taken: ${JSON.stringify(outcome)}`);
    const card = await posted;
    const ended = cards.next(name, ({ ts, text }) => ts === card.ts && (isDone.test(text) || isLost.test(text)));
    const voteMs: number[] = [];
    for (const voter of lane.voters) voteMs.push(await vote(voter, card));
    const { text } = await ended;
    if (isLost.test(text)) throw new Error(`a change did not end well: ${text}`);
    return { voteMs, tookMs: performance.now() - startedAt };
  }

  return async ({ lanes, changesPerLane }: Round): Promise<Played> => {
    const voteMs: number[] = [];
    const changeMs: number[] = [];
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: lanes }, async (_, index) => {
        for (let count = 0; count < changesPerLane; count += 1) {
          const done = await change(laneOf(index));
          voteMs.push(...done.voteMs);
          changeMs.push(done.tookMs);
        }
      }),
    );
    return { changes: lanes * changesPerLane, tookMs: performance.now() - startedAt, voteMs, changeMs };
  };
}

const says = (view: ViewRecord): string => JSON.stringify(view.view);

function approveOn({ blocks, text }: Message): string {
  const found = /"action_id":"(cs:open-approve:[0-9:]+)"/.exec(JSON.stringify(blocks))?.[1];
  if (found === undefined) throw new Error(`the card has no button to approve: ${text}`);
  return found;
}

/** Who waits for something of a name is told of the first that is as wanted. */
function expectations<K, T>() {
  const waiting = new Map<K, { readonly wanted: (value: T) => boolean; readonly found: (value: T) => void }>();
  return {
    offer(key: K, value: T): void {
      const one = waiting.get(key);
      if (one?.wanted(value) !== true) return;
      waiting.delete(key);
      one.found(value);
    },
    next: (key: K, wanted: (value: T) => boolean): Promise<T> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`nothing came for ${String(key)}`)), patienceMs);
        const found = (value: T): void => {
          clearTimeout(timer);
          resolve(value);
        };
        waiting.set(key, { wanted, found });
      }),
  };
}
