// People as they are, and the schedules that they are on shift of now.
import type { Person } from "../core/person.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { OnCall, OnShift } from "../core/ports/on-call.ts";
import type { People } from "../core/ports/people.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";

/** A schedule that is not known gives nobody anything, and takes from everybody: who is on shift of it may be anybody. */
export function onShiftPeople(people: People, onCall: OnCall, clock: Clock): People {
  return {
    ...people,
    async person(userId) {
      const person = await people.person(userId);
      return isRefusal(person) ? person : { ...person, ...(await shiftsOf(person, onCall, clock.now())) };
    },
  };
}

async function shiftsOf(
  { account }: Person,
  onCall: OnCall,
  at: number,
): Promise<Pick<Person, "onCall" | "unknownSchedules">> {
  const names = onCall.schedules();
  const found = await Promise.all(names.map((name) => onCall.onShift(name, at)));
  const among = (fits: (shifts: OnShift | Refusal) => boolean) =>
    names.filter((_, index) => {
      const shifts = found[index];
      return shifts !== undefined && fits(shifts);
    });
  const unknown = among(isRefusal);
  return {
    onCall: among((shifts) => !isRefusal(shifts) && shifts.now.some(({ userId }) => userId === account.userId)),
    ...(unknown.length === 0 ? {} : { unknownSchedules: unknown }),
  };
}
