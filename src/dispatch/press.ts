// Buttons other than votes: each stands for a command, and is authorised as if the person had typed it.
import type { RequestId } from "../core/ids.ts";
import type { Person } from "../core/person.ts";
import type { CardOrigin, CommandInput, Origin, Reply } from "../core/ports/surface.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { type Handling, handle } from "./handle.ts";
import { look } from "./looking.ts";
import { isOwnCard, readCardValue, withdraw, withdrawnMessage } from "./vote.ts";

export async function press(
  handling: Handling,
  pressed: {
    readonly person: Person;
    readonly origin: Origin;
    readonly action: string;
    readonly value: string;
    readonly card: CardOrigin;
  },
): Promise<Reply> {
  const { origin, action, value, person } = pressed;
  const card = readCardValue(value);
  switch (action) {
    case "run-command":
    case "undo":
    case "ask-anyway":
    case "next-page":
      return handle(handling, asCommand(origin, value));
    case "show-request":
      return handle(handling, asCommand(origin, `request ${card?.id ?? value}`));
    case "cancel-request":
      if (card === null || !(await isFromUs(handling, card.id, pressed.card))) break;
      return handle(handling, asCommand(origin, `cancel ${card?.id ?? value}`));
    case "start-looking":
    case "stop-looking":
      if (card === null || !(await isFromUs(handling, card.id, pressed.card))) break;
      return look(handling.deps, {
        person,
        origin,
        id: card.id,
        kind: action === "start-looking" ? "look" : "look-away",
      });
    case "withdraw-vote": {
      if (card === null || !(await isFromUs(handling, card.id, pressed.card))) break;
      const withdrawn = await withdraw(handling.deps, person, { ...origin, id: card.id });
      return isRefusal(withdrawn)
        ? { kind: "refusal", refusal: withdrawn }
        : { kind: "message", message: withdrawnMessage(withdrawn, origin), audience: "asker" };
    }
  }
  return {
    kind: "refusal",
    refusal: refuse(
      "bad-argument",
      "I don't know that button any more.",
      "Type the command in place of it; help shows them.",
    ),
  };
}

/** A look-alike's buttons take nothing back; the Home has no message, and is the bot's own. */
async function isFromUs({ deps }: Handling, id: RequestId, card: CardOrigin): Promise<boolean> {
  if (card.ts === "") return true;
  const request = await deps.store.requests.get(id);
  return request !== null && isOwnCard(request, card);
}

function asCommand(origin: Origin, text: string): CommandInput {
  return { origin: { ...origin, threadTs: null }, text, document: null };
}
