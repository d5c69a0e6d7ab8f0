// Shifts as a schedule's keeper gives them → who is on now, and who begins next.
import type { OnShift, Shift } from "../core/ports/on-call.ts";

/** Pure. Shifts of one person that overlap or follow on are one, so that its end is the real one. */
export function shiftsAt(shifts: readonly Shift[], at: number): OnShift {
  const whole = joined(shifts);
  const now = whole.filter((shift) => shift.from <= at && at < shift.until);
  const later = whole.filter((shift) => shift.from > at);
  const soonest = Math.min(...later.map((shift) => shift.from));
  return { now, next: later.filter((shift) => shift.from === soonest) };
}

function joined(shifts: readonly Shift[]): readonly Shift[] {
  const people = Map.groupBy(shifts, (shift) => shift.userId ?? `: ${shift.label}`);
  return [...people.values()].flatMap(joinedOfOne).sort((a, b) => a.from - b.from || (a.label < b.label ? -1 : 1));
}

function joinedOfOne(shifts: readonly Shift[]): readonly Shift[] {
  const whole: Shift[] = [];
  for (const shift of [...shifts].sort((a, b) => a.from - b.from)) {
    if (shift.until <= shift.from) continue;
    const last = whole.at(-1);
    if (last === undefined || shift.from > last.until) whole.push(shift);
    else whole[whole.length - 1] = { ...last, until: Math.max(last.until, shift.until) };
  }
  return whole;
}
