// What of the bot itself does not work, said beside what somebody asked: nothing while all is well.
import { bold, type Message, message, type Part, time } from "../../core/message.ts";
import type { PartHealth } from "../../core/ports/health.ts";

export function awayParts(parts: readonly PartHealth[]): readonly Part[] {
  return parts.flatMap((part): readonly Part[] =>
    part.says === null
      ? []
      : [
          {
            kind: "text",
            icon: "warn",
            text: [bold(part.title), " is away since ", time(part.since), `. ${part.says}`],
          },
        ],
  );
}

/** The very message that came in while all is well. */
export function withAway(answer: Message, away: readonly Part[]): Message {
  if (away.length === 0) return answer;
  const summary = `${away.length === 1 ? "A part of the bot is" : `${away.length} parts of the bot are`} away. ${answer.summary}`;
  return message(summary, [...away, { kind: "line" }, ...answer.parts], answer.attachments);
}
