// Who else is told of a request: channels, people and groups that its policy names, once, when its card stands.
import { code, type Message, message, person, time } from "../core/message.ts";
import type { Tx } from "../core/ports/store.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import type { Deps } from "./deps.ts";

/** Where the messages go: channels by id, people by the direct message channel that their id opens. */
export async function toTell(deps: Pick<Deps, "people" | "log">, request: Request): Promise<readonly string[]> {
  const { tell = [], tellPeople = [], tellGroups = [] } = request.requirement ?? {};
  const channels = await Promise.all(tell.map((name) => channelOf(deps, request, name)));
  const members = await Promise.all(tellGroups.map((group) => deps.people.members(group)));
  for (const [index, found] of members.entries())
    if (isRefusal(found))
      deps.log.warn("a group is not told of a request", { request: request.id, group: tellGroups[index] });
  const people = [
    ...tellPeople,
    ...members.flatMap((found) => (isRefusal(found) ? [] : found.map((one) => one.userId))),
  ];
  const others = people.filter((userId) => userId !== request.requester.userId);
  return [...new Set([...channels.flatMap((id) => id ?? []), ...others])];
}

/** A channel that is gone keeps nobody from countersigning: the card stands where people countersign. */
async function channelOf(deps: Pick<Deps, "people" | "log">, request: Request, name: string): Promise<string | null> {
  const id = await deps.people.channelId?.(name);
  if (id !== undefined && !isRefusal(id)) return id;
  deps.log.warn("a channel is not told of a request", { request: request.id, channel: name });
  return null;
}

/** In the transaction that records that the card stands, so that it is told once; a later version is not told again. */
export async function tellOthers(tx: Tx, request: Request, told: readonly string[]): Promise<void> {
  if (request.version > 1) return;
  for (const channelId of told)
    await tx.outbox.put({
      key: `tell:${request.id}:${channelId}`,
      living: false,
      to: { channelId, thread: null },
      message: toldMessage(request),
      request: request.id,
      lane: "story",
    });
}

function toldMessage(request: Request): Message {
  return message(`${request.id} waits to be countersigned: ${request.plan.title}`, [
    {
      kind: "text",
      icon: "info",
      text: [
        code(request.id),
        ` ${request.plan.title} waits to be countersigned. Asked by `,
        person(request.requester.userId),
        "; the card is in ",
        { kind: "channel", channelId: request.card.channelId },
        ", open until ",
        time(request.expiresAt),
        ".",
      ],
    },
  ]);
}
