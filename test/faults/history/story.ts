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

/** Resolves when all that people do was done, or they stopped; rejects where nothing came of it. */
export async function live(
  recorder: Recorder,
  name: string,
  { stop, ...of }: Partial<Cast> & { readonly stop?: AbortSignal } = {},
): Promise<void> {
  const { asker, voters } = { ...usual, ...of };
  if (cardOf(recorder.town, name) === undefined) await recorder.command(asker, `restart shop/${name}`);
  for (const voter of voters) {
    const card = await says(recorder.town, name, /^(?!.* is being posted)/);
    if (stop?.aborted) return;
    if (card.text.includes("waits to be countersigned")) await recorder.vote(voter, card, "approve");
  }
}

const over =
  / is done and verified|a person must look|result is not confirmed|^r-\S+ (failed|expired|was denied|was cancelled|was superseded)/;

/** People try again while nothing has come of it; the card's last words. */
export async function lived(
  recorder: Recorder,
  name: string,
  what: string,
  cast: Partial<Cast> = {},
): Promise<Message> {
  for (let round = 1; ; round += 1) {
    await live(recorder, name, cast).catch(() => undefined);
    try {
      return await says(recorder.town, name, over);
    } catch (error) {
      if (round < 4) continue;
      const kept = keep(await recorder.unfinished());
      const last = cardOf(recorder.town, name)?.text;
      throw new Error(`${what}: ${name} never ended; its card: ${last}; kept in ${kept}`, { cause: error });
    }
  }
}
