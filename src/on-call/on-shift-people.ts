// People as they are, and the schedules that they are on shift of now.
import type { Person } from "../core/person.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { OnCall } from "../core/ports/on-call.ts";
import type { People } from "../core/ports/people.ts";
import { isRefusal } from "../core/refusal.ts";

/** A schedule that is not known gives nobody anything: its people are not on shift (fail closed). */
export function onShiftPeople(people: People, onCall: OnCall, clock: Clock): People {
  return {
    ...people,
    async person(userId) {
      const person = await people.person(userId);
      if (isRefusal(person)) return person;
      const names = await schedulesOf(person, onCall, clock.now());
      return names.length === 0 ? person : { ...person, onCall: names };
    },
  };
}

async function schedulesOf(person: Person, onCall: OnCall, at: number): Promise<readonly string[]> {
  const { userId } = person.account;
  const found = await Promise.all(
    onCall.schedules().map(async (name) => {
      const shifts = await onCall.onShift(name, at);
      return !isRefusal(shifts) && shifts.now.some((shift) => shift.userId === userId) ? [name] : [];
    }),
  );
  return found.flat();
}
