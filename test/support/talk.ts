// Talking to the bot in a scenario: a command, its answer, and the countersigning of what it asks for.
import type { Message } from "../../demo/slack/records.ts";
import { ben, type Place } from "./town.ts";

/** The text of a message, blocks included, escapes undone enough to be read. */
export function wordsOf(message: Pick<Message, "text" | "blocks">): string {
  return [message.text, ...textsIn(message.blocks)].join("\n");
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ["type", "action_id", "block_id", "style", "value"].includes(key) ? [] : textsIn(inner),
  );
}

/** Types `/ops text` and gives what only this person is answered. */
export async function tell(town: Place, user: string, text: string): Promise<string> {
  const { slack } = town;
  const before = slack.ephemerals(user).length;
  await slack.as(user).command("#general", "/ops", text);
  const answer = await slack.waitUntil(() => slack.ephemerals(user)[before], `an answer to ${text}`, 60_000);
  return wordsOf(answer);
}

/** As a person does who is told that something is still under way: typed again until it is over. */
export async function tellOnce(town: Place, user: string, text: string, stillUnderWay: RegExp): Promise<string> {
  const patient = Date.now() + 60_000;
  let answer = await tell(town, user, text);
  while (stillUnderWay.test(answer) && Date.now() < patient) answer = await tell(town, user, text);
  return answer;
}

export function requestIn(answer: string): string {
  const id = /r-[0-9a-z]{7}/.exec(answer)?.[0];
  if (id === undefined) throw new Error(`no request in: ${answer}`);
  return id;
}

/** Asks for a change; the card that people vote on. */
export async function ask(town: Place, user: string, text: string): Promise<Message> {
  return cardOf(town, requestIn(await tell(town, user, text)));
}

export function cardOf(town: Place, id: string): Promise<Message> {
  return town.card((message) => message.text.startsWith(`${id} waits`));
}

export const idOf = (card: Message): string => requestIn(card.text);

/** The card once its first line says so. */
export async function cardSays(town: Place, card: Message, says: RegExp): Promise<string> {
  const current = () => town.slack.messages(card.channel).find((one) => one.ts === card.ts);
  const found = await town.slack.waitUntil(
    () => (says.test(current()?.text ?? "") ? current() : undefined),
    `${idOf(card)} ${says.source}; it says ${current()?.text}`,
    30_000,
  );
  return wordsOf(found);
}

/** Votes and closes the form, as a hand would before the next vote. */
export async function approve(town: Place, user: string, card: Message): Promise<void> {
  await town.vote(user, card, "approve");
  while (town.slack.modalsOf(user).length > 0) await town.slack.as(user).closeModal();
}

/** Asked by one, countersigned by another, carried out to its end. */
export async function carriedOut(
  town: Place,
  user: string,
  text: string,
  end = /is done and verified/,
): Promise<string> {
  const card = await ask(town, user, text);
  await approve(town, ben, card);
  return cardSays(town, card, end);
}

/** One countersigner is enough, so that a scenario is about something else than votes. */
export const oneApproval = (config: string): string => config.replace("count: 2", "count: 1");
