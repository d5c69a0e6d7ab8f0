// "I'm looking" and "Not me", pressed on a card: said to everybody by the card, and to the presser at once.
import type { RequestId } from "../core/ids.ts";
import { code, message } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import type { Tx } from "../core/ports/store.ts";
import type { Origin, Reply } from "../core/ports/surface.ts";
import { isRefusal } from "../core/refusal.ts";
import { append } from "./append.ts";
import type { Deps } from "./deps.ts";
import { whyNotAgain } from "./once.ts";
import { requestEvent } from "./record.ts";
import { transition } from "./transition.ts";

interface Pressed {
  readonly person: Person;
  readonly origin: Origin;
  readonly id: RequestId;
  readonly kind: "look" | "look-away";
}

/** Refused presses are events too (R32). */
export async function look(deps: Deps, { person, origin, id, kind }: Pressed): Promise<Reply> {
  const { userId } = person.account;
  const also = (tx: Tx) => whyNotAgain(tx, origin.deliveryKey, deps.clock);
  const done = await transition(deps, id, { kind, by: person }, { byUserId: userId, also });
  if (isRefusal(done)) {
    const request = await deps.store.requests.get(id);
    const details = { refusal: done.code, says: done.message };
    const refused = { actor: person, channel: origin.channelId, outcome: "refused", details } as const;
    const event =
      request === null ? null : requestEvent(kind === "look" ? "look.started" : "look.ended", request, refused);
    if (event !== null) await deps.store.transact((tx) => append(tx, event, deps.channels.audit));
    return { kind: "refusal", refusal: done };
  }
  const says =
    kind === "look"
      ? ". Others are not asked for a while. It ends when you vote, with “Not me”, or after 15 minutes."
      : " any more. Whoever else can countersign it is asked when it is time.";
  const first = kind === "look" ? "The card says that you are looking at " : "You are not looking at ";
  return {
    kind: "message",
    message: message(`${first}${id}.`, [{ kind: "text", icon: "info", text: [first, code(id), says] }]),
    audience: "asker",
  };
}
