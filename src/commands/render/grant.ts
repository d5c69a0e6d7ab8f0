// A grant as people see it: who, what, where, until when, and what they can do about it.
import type { Grant } from "../../core/access.ts";
import { code, type Message, message, type Part, person, type Span, time } from "../../core/message.ts";
import { durationText } from "../../core/params.ts";

export function grantParts(grant: Grant): readonly Part[] {
  const parts: Part[] = [
    {
      kind: "text",
      icon: grant.state === "active" ? "run" : "wait",
      text: [
        code(grant.id),
        " ",
        person(grant.beneficiary.userId),
        ` ${grant.role} in ${grant.where}`,
        ...whenText(grant),
      ],
    },
  ];
  if (grant.state === "active")
    parts.push({ kind: "buttons", buttons: [...(isToFetch(grant) ? [fetchButton(grant)] : []), doneButton(grant)] });
  return parts;
}

export function whenText(grant: Grant): readonly Span[] {
  switch (grant.state) {
    case "planned": {
      const start: readonly Span[] = grant.notBefore === null ? [", starting"] : [", from ", time(grant.notBefore)];
      const until: readonly Span[] =
        grant.notBefore === null ? [] : [" until ", time(grant.notBefore + grant.lengthMs)];
      return [...start, ...until, ` (${durationText(grant.lengthMs)})`];
    }
    case "active":
      return grant.endsAt === null ? [] : [", until ", time(grant.endsAt)];
    case "ending":
      return [": is ending. ", grant.says];
    case "ended":
      return [": ", grant.says];
  }
}

export const doneButton = (grant: Grant) =>
  ({ action: "run-command", label: "I'm done", value: `done ${grant.id}` }) as const;

export const fetchButton = (grant: Grant) =>
  ({ action: "run-command", label: "Fetch your kubeconfig", value: `fetch ${grant.id}` }) as const;

/** Its token waits for its holder. */
export const isToFetch = (grant: Grant): boolean => grant.credential === "token" && grant.handedOverAt === null;

/** "Ended" only when it was read back as gone. */
export function endedMessage(grant: Grant): Message {
  const isGone = grant.state === "ended";
  const what = `${grant.role} in ${grant.where}`;
  const summary = isGone ? `${grant.id} is revoked: ${what}.` : `${grant.id} is ending: ${what}.`;
  const text: readonly Span[] = isGone
    ? [
        code(grant.id),
        ` is revoked, and read back as gone: ${what} of `,
        person(grant.beneficiary.userId),
        `. ${grant.says}`,
      ]
    : [
        code(grant.id),
        ` is ending: ${what} of `,
        person(grant.beneficiary.userId),
        ". I say so when it is read back as gone.",
      ];
  return message(summary, [{ kind: "text", icon: isGone ? "ok" : "wait", text }]);
}
