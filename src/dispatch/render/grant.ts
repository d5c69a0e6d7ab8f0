// What a grant's holder is told: that it is active, that it ends soon, that it has ended.

import { doneButton, fetchButton, isToFetch } from "../../commands/render/grant.ts";
import type { Grant } from "../../core/access.ts";
import { type Button, code, type Message, message, type Span, time } from "../../core/message.ts";
import { durationText } from "../../core/params.ts";

/** How much more the button asks for; whoever needs another length types it. */
const extendBy = "30m";

export type GrantNews = "active" | "extended" | "ended" | "ends-soon";

export function grantNews(grant: Grant, news: GrantNews, leftMs = 0): Message {
  const what = `${grant.role} in ${grant.where}`;
  const until: readonly Span[] = grant.endsAt === null ? [] : [" until ", time(grant.endsAt)];
  switch (news) {
    case "active":
      return told(`You have ${what}`, [code(grant.id), ` You have ${what}`, ...until, `. ${howText(grant)}`], grant);
    case "extended":
      return told(
        `You have ${what} for longer`,
        [code(grant.id), ` You have ${what}`, ...until, `. ${howText(grant)}`],
        grant,
      );
    case "ends-soon": {
      const says = `${what} ends in ${durationText(Math.max(60_000, Math.round(leftMs / 60_000) * 60_000))}`;
      return told(says, [code(grant.id), ` ${says}, at `, time(grant.endsAt ?? 0), ". It ends by itself."], grant);
    }
    case "ended":
      return message(`${what} has ended`, [
        { kind: "text", icon: "lock", text: [code(grant.id), ` ${what} has ended: ${endedText(grant)}`] },
      ]);
  }
}

function howText(grant: Grant): string {
  const words = {
    token: "It is used by a kubeconfig of its own, which you fetch on a page, once.",
    binding: "You use your own credentials, as ever.",
    membership: "You are a member there until then.",
  } as const;
  return words[grant.credential];
}

function told(summary: string, text: readonly Span[], grant: Grant): Message {
  const extend: Button = { action: "run-command", label: "Extend", value: `extend ${grant.id} for ${extendBy}` };
  return message(summary, [
    { kind: "text", icon: "run", text },
    { kind: "buttons", buttons: [...(isToFetch(grant) ? [fetchButton(grant)] : []), doneButton(grant), extend] },
  ]);
}

export function endedText(grant: Grant): string {
  const { ending } = grant;
  const by = ending === null || ending.by === null ? "" : ` by ${ending.by.name}`;
  const why = ending === null || ending.reason === null ? "" : ` (“${ending.reason}”)`;
  const words = {
    expired: "its time is over",
    revoked: `revoked${by}${why}`,
    done: "you are done with it",
    removed: "somebody removed it in the cluster",
    "not-confirmed": "it could not be confirmed, so it was taken back",
    "not-begun": "it never began",
  } as const;
  return `${words[ending?.how ?? "expired"]}. ${grant.says}`;
}
