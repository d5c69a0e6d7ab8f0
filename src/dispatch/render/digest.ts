// What waits for one person, as the one direct message that tells it.
import { bold, code, type Message, message, type Part, type Text, time } from "../../core/message.ts";
import type { Request } from "../../core/request.ts";

/** The address of a message in Slack, or null before it is posted. */
export type LinkTo = (place: { readonly channelId: string; readonly ts: string | null }) => string | null;

/** More are counted: one message holds so many with room to spare. */
const linesMost = 15;

export function digestMessage(requests: readonly Request[], linkTo: LinkTo): Message {
  const says = requests.length === 1 ? "1 request waits for you" : `${requests.length} requests wait for you`;
  const shown = requests.slice(0, linesMost);
  const parts: Part[] = [
    { kind: "text", icon: "wait", text: [bold(`${says}.`), " Open its card to look and to vote."] },
    ...shown.map((request): Part => ({ kind: "text", text: requestLine(request, { linkTo, missing: request.says }) })),
  ];
  if (requests.length > shown.length)
    parts.push({
      kind: "small",
      text: [`And ${requests.length - shown.length} more: type approvals to see all of them.`],
    });
  return message(says, parts);
}

/** Names are plain text here too: whoever asked is not notified by being named. */
export function requestLine(
  request: Request,
  { linkTo, missing }: { readonly linkTo: LinkTo; readonly missing: string },
): Text {
  const link = linkTo(request.card);
  return [
    link === null ? code(request.id) : { kind: "link", url: link, text: request.id },
    ` ${request.plan.title}, asked by ${request.requester.name}. Still needed: ${missing}. Until `,
    time(request.expiresAt),
    ".",
  ];
}

export function quietMessage(now: number): Message {
  return message("Nothing waits for you any more.", [
    { kind: "text", icon: "ok", text: ["Nothing waits for you any more. As of ", time(now), "."] },
  ]);
}

/** The older message, when a newer one has come: what it listed stands there. */
export function movedMessage(): Message {
  return message("What waits for you stands in a newer message below.", [
    { kind: "text", icon: "info", text: ["What waits for you stands in a newer message below."] },
  ]);
}
