// `temp`: everything that ends or begins by itself: grants, planned starts, freezes.

import type { TemporaryThing } from "../core/access.ts";
import { defineRead } from "../core/action.ts";
import { code, message, type Part, person, type Span, time } from "../core/message.ts";

const most = 60;

export const temp = defineRead({
  name: "temp",
  summary: "Everything temporary: what ends or begins by itself, and when",
  examples: ["temp"],
  params: {},
  needs: ["grants"],
  observe: async ({ grants }) => grants.temporary(),
  answer: (things) => {
    if (things.length === 0)
      return message("Nothing temporary.", [
        { kind: "text", icon: "ok", text: ["Nothing temporary is in force or planned."] },
      ]);
    const parts: Part[] = things.slice(0, most).map(line);
    if (things.length > most) parts.push({ kind: "small", text: [`${things.length - most} more are not listed.`] });
    return message(`${things.length} temporary ${things.length === 1 ? "thing" : "things"}`, parts);
  },
});

function line({ id, what, userId, from, until }: TemporaryThing): Part {
  const who: readonly Span[] = userId === null ? [] : [", ", person(userId)];
  const begins: readonly Span[] = from === null ? [] : [", from ", time(from)];
  const ends: readonly Span[] = until === null ? [] : [", until ", time(until)];
  return {
    kind: "text",
    icon: from === null ? "run" : "wait",
    text: [code(id), ` ${what}`, ...who, ...begins, ...ends],
  };
}
