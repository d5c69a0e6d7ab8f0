// `freezes`: what is frozen now and next, by the configuration and by people, and until when.
import { defineRead } from "../core/action.ts";
import { bold, message, type Part, person, type Text, time } from "../core/message.ts";
import type { FreezeTimes } from "../core/ports/freezes.ts";
import { momentText } from "../core/zone.ts";

export const freezes = defineRead({
  name: "freezes",
  summary: "What is frozen now and next, and until when",
  examples: ["freezes"],
  params: {},
  needs: ["freezes", "clock"],
  observe: ({ freezes: port, clock }) => port.overview(clock.now()),
  answer: (all) => {
    const now = all.filter((one) => one.inForce);
    const next = all.filter((one) => !one.inForce);
    if (all.length === 0)
      return message("Nothing is frozen.", [
        { kind: "text", icon: "ok", text: ["Nothing is frozen, and no freeze is to come."] },
      ]);
    const parts: Part[] = [
      {
        kind: "heading",
        icon: now.length > 0 ? "stop" : "ok",
        text: now.length > 0 ? "Frozen now" : "Nothing is frozen now",
      },
      ...now.flatMap(lines),
    ];
    if (next.length > 0) parts.push({ kind: "heading", icon: "info", text: "Next" }, ...next.flatMap(lines));
    if (now.some((one) => one.by !== null))
      parts.push({ kind: "small", text: ["A freeze that somebody set is ended early by: unfreeze NAME because …"] });
    return message(`${now.length} in force, ${next.length} to come`, parts);
  },
});

/** In the reader's own time, and then as everybody can tell it to others: by a zone that is named. */
function lines(freeze: FreezeTimes): readonly Part[] {
  const { zone, windows, begins, ends } = freeze;
  const clock = (ms: number): string => momentText(ms, zone);
  const until = ends === null ? "" : `until ${clock(ends)}`;
  const one = begins === null ? until : `${clock(begins)} ${until}`;
  const each =
    windows.length === 0 ? one : windows.map(({ from, until }) => `${clock(from)} until ${clock(until)}`).join("; ");
  return [line(freeze), ...(each === "" ? [] : [{ kind: "small", text: [`${zone}: ${each}`] } as const])];
}

function line({ name, scope, reason, by, begins, ends }: FreezeTimes): Part {
  const from: Text = begins === null ? [] : [" from ", time(begins)];
  const until: Text = ends === null ? [] : [" until ", time(ends)];
  const who: Text = by === null ? [" (policy)"] : [" by ", person(by.userId)];
  return { kind: "text", text: [bold(name), ` ${scope}`, ...from, ...until, ...who, `: ${reason}`] };
}
