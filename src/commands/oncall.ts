// `oncall`: who is on shift now, until when, and who is next.
import { defineRead } from "../core/action.ts";
import { bold, message, type Part, person, type Text, time } from "../core/message.ts";
import { optionalWord } from "../core/params.ts";
import type { OnShift, Shift } from "../core/ports/on-call.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";

interface Known {
  readonly schedule: string;
  readonly shifts: OnShift | Refusal;
}

export const oncall = defineRead({
  name: "oncall",
  summary: "Who is on shift now, and who is next",
  examples: ["oncall", "oncall payments"],
  params: { schedule: optionalWord({ usage: "SCHEDULE", summary: "one schedule; left out: all of them" }) },
  needs: ["onCall", "clock"],
  observe: async ({ onCall, clock }, { schedule }): Promise<readonly Known[] | Refusal> => {
    if (schedule !== undefined) {
      const shifts = await onCall.onShift(schedule, clock.now());
      return isRefusal(shifts) ? shifts : [{ schedule, shifts }];
    }
    const names = onCall.schedules();
    return Promise.all(
      names.map(async (name) => ({ schedule: name, shifts: await onCall.onShift(name, clock.now()) })),
    );
  },
  answer: (known) => {
    if (known.length === 0)
      return message("No on-call schedule is configured.", [
        { kind: "text", icon: "info", text: ["No on-call schedule is configured, so nobody is asked before others."] },
      ]);
    return message("Who is on shift", known.flatMap(scheduleParts));
  },
});

/** Names are mentioned as people, which only shows them: an answer to one person notifies nobody else. */
function scheduleParts({ schedule, shifts }: Known): readonly Part[] {
  if (isRefusal(shifts)) return [{ kind: "text", icon: "warn", text: [bold(schedule), `: ${shifts.message}`] }];
  const { now, next } = shifts;
  const first: Text = now.length === 0 ? [": nobody is on shift now"] : [": ", ...shiftList(now)];
  const [soonest] = next;
  const then: Text =
    soonest === undefined
      ? ["; nobody is known to follow."]
      : [
          "; next ",
          ...next.flatMap((shift, index) => separated(index, next.length, who(shift))),
          " from ",
          time(soonest.from),
          ".",
        ];
  return [{ kind: "text", icon: now.length === 0 ? "warn" : "ok", text: [bold(schedule), ...first, ...then] }];
}

function shiftList(shifts: readonly Shift[]): Text {
  return shifts.flatMap((shift, index) =>
    separated(index, shifts.length, [...who(shift), " until ", time(shift.until)]),
  );
}

function separated(index: number, count: number, text: Text): Text {
  if (index === 0) return text;
  return [index === count - 1 ? " and " : ", ", ...text];
}

function who({ userId, label }: Shift): Text {
  return userId === null ? [`“${label}” (not mapped to anybody in Slack)`] : [person(userId)];
}
