// What people read when they are asked to countersign: who, what, why they, and until when.
import type { Ringing } from "../../approvals/events.ts";
import { listed } from "../../approvals/who-can.ts";
import { bold, code, type Message, message, person, type Text, time } from "../../core/message.ts";
import type { Request } from "../../core/request.ts";
import type { LinkTo } from "./digest.ts";

/** In the card's thread: those who are rung are mentioned, the others named in plain words. */
export function askingMessage(request: Request, ringing: Ringing): Message {
  const { mentioned, named } = ringing;
  const mentions: Text = mentioned.flatMap(({ userId }) => [person(userId), " "]);
  const names = named.length === 0 ? [] : [bold(listed(named.map(({ name }) => name))), " "];
  const isLater = ringing.ring === 2 || ringing.ring === 3;
  const says = `${request.id} (${request.plan.title}) ${isLater ? "still waits for" : "needs"} ${request.says}.`;
  return message(says, [
    {
      kind: "text",
      icon: isLater ? "warn" : "wait",
      text: [...mentions, ...names, `${says} ${whyWords(ringing)} It is open until `, time(request.expiresAt), "."],
    },
  ]);
}

function whyWords({ ring, why }: Ringing): string {
  switch (why) {
    case "on-shift":
      return "You are on shift, so you are asked first.";
    case "unknown":
      return "Who is on shift is not known now, so everybody who can countersign is asked.";
    case "escalation":
      return "Nobody has come yet: please find somebody who can countersign it.";
    case "can":
      return ring === "turn" ? "It is your turn to countersign." : "You can countersign it.";
  }
}

/** In the approvals channel itself, when there is nobody else to escalate to: nobody is mentioned. */
export function unansweredMessage(request: Request, linkTo: LinkTo): Message {
  const link = linkTo(request.card);
  const says = `${request.id} (${request.plan.title}) still waits for ${request.says}, and nobody has come yet.`;
  return message(says, [
    {
      kind: "text",
      icon: "warn",
      text: [
        link === null ? code(request.id) : { kind: "link", url: link, text: request.id },
        ` (${request.plan.title}) still waits for ${request.says}, and nobody has come yet. It is open until `,
        time(request.expiresAt),
        ".",
      ],
    },
  ]);
}
