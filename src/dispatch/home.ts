// App Home: what waits for this person, what they asked for, and what was done lately.

import { stateIcons, stateWords } from "../commands/render/request.ts";
import { code, type Message, person as mention, message, type Part, time } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import type { Request } from "../core/request.ts";
import type { Deps } from "./deps.ts";
import { waitingOf } from "./standings.ts";

export async function home(deps: Deps, person: Person): Promise<Message> {
  const me = person.account.userId;
  const [pending, mine, lately] = await Promise.all([
    deps.store.requests.list({ states: ["pending"], limit: 25 }),
    deps.store.requests.list({ requesterUserId: me, limit: 10 }),
    deps.store.requests.list({ states: ["done", "failed", "unconfirmed", "unknown"], limit: 5 }),
  ]);
  const waiting = await Promise.all(
    pending.map(async (request) => ({ request, waiting: await waitingOf(deps.people, request, person) })),
  );
  const forMe = waiting.filter((one) => one.waiting.eligible.some((who) => who.userId === me));
  const parts: Part[] = [
    { kind: "heading", icon: "wait", text: "Waiting for me" },
    ...(forMe.length === 0
      ? [nothing("Nothing waits for you.")]
      : forMe.flatMap((one) => waitingParts(one.request, one.waiting.missing))),
    { kind: "line" },
    { kind: "heading", icon: "info", text: "My requests" },
    ...(mine.length === 0
      ? [nothing("You have asked for nothing yet. In any channel type /ops help.")]
      : mine.map(line)),
    { kind: "line" },
    { kind: "heading", icon: "ok", text: "Done lately" },
    ...(lately.length === 0 ? [nothing("Nothing yet.")] : lately.map(line)),
    { kind: "small", text: ["Opening this page again looks again. As of ", time(deps.clock.now())] },
  ];
  return message(`${forMe.length} waiting for you`, parts);
}

function nothing(text: string): Part {
  return { kind: "text", text: [text] };
}

function waitingParts(request: Request, missing: string): readonly Part[] {
  return [
    {
      kind: "text",
      icon: "wait",
      text: [
        code(request.id),
        ` ${request.plan.title}, asked by `,
        mention(request.requester.userId),
        `. Still needed: ${missing}. Until `,
        time(request.expiresAt),
      ],
    },
    { kind: "buttons", buttons: [{ action: "show-request", label: "Show", value: request.id }] },
  ];
}

function line(request: Request): Part {
  return {
    kind: "text",
    icon: stateIcons[request.state],
    text: [code(request.id), ` ${stateWords[request.state]}: ${request.plan.title}`],
  };
}
