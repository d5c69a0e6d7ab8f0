// A request as people live it: asked for unless it stands there, voted on while it waits, watched until it ends.
import type { Message } from "../../../demo/slack/records.ts";
import { ana, ben, finn, type Town } from "../../support/town.ts";
import { keep } from "./keep.ts";
import type { Recorder } from "./recorder.ts";

/** The newest card that is about this Deployment. */
export function cardOf(town: Town, name: string): Message | undefined {
  return town.slack
    .messages("#platform-approvals")
    .findLast((card) => card.threadTs === undefined && card.text.includes(`${name} `));
}

export function says(town: Town, name: string, words: RegExp, withinMs = 12_000): Promise<Message> {
  const so = (): Message | undefined => {
    const card = cardOf(town, name);
    return card !== undefined && words.test(card.text) ? card : undefined;
  };
  return town.slack.waitUntil(so, `${name} ${words.source}`, withinMs);
}

export interface Cast {
  readonly asker: string;
  readonly voters: readonly string[];
}

const usual: Cast = { asker: ana, voters: [ben, finn] };

/** Resolves to the card that people came to last, when all that they do was done or they stopped; rejects where nothing came of it. */
export async function live(
  recorder: Recorder,
  name: string,
  { stop, ...of }: Partial<Cast> & { readonly stop?: AbortSignal } = {},
): Promise<string> {
  const { asker, voters } = { ...usual, ...of };
  if (cardOf(recorder.town, name) === undefined) await recorder.command(asker, `restart shop/${name}`);
  let at = "";
  for (const voter of voters) {
    const card = await says(recorder.town, name, /^(?!.* is being posted)/);
    at = card.ts;
    if (stop?.aborted) break;
    if (card.text.includes("waits to be countersigned")) await recorder.vote(voter, card, "approve");
  }
  return at;
}

const over =
  / is done and verified|a person must look|result is not confirmed|^r-\S+ (failed|expired|was denied|was cancelled|was superseded)/;

/**
 * The newest card, once it is over, or is another one than people came to last and waits for them: who asked just before the bot
 * died asks again, and both may stand.
 */
function news(town: Town, name: string, at: string | null): Message | undefined {
  const card = cardOf(town, name);
  if (card === undefined) return undefined;
  const isNew = at !== null && card.ts !== at && card.text.includes("waits to be countersigned");
  return over.test(card.text) || isNew ? card : undefined;
}

/** People try again while nothing has come of it; the card's last words. */
export async function lived(
  recorder: Recorder,
  name: string,
  what: string,
  cast: Partial<Cast> = {},
): Promise<Message> {
  for (let round = 1; ; round += 1) {
    const at = await live(recorder, name, cast).catch(() => null);
    try {
      const card = await recorder.town.slack.waitUntil(() => news(recorder.town, name, at), `${name} is over`, 12_000);
      if (over.test(card.text)) return card;
    } catch (error) {
      if (round < 4) continue;
      const kept = keep(await recorder.unfinished());
      const last = cardOf(recorder.town, name)?.text;
      throw new Error(`${what}: ${name} never ended; its card: ${last}; kept in ${kept}`, { cause: error });
    }
  }
}
