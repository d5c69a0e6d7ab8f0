// A rule's conditions on the time: weekly hours and the days of calendars, each in its zone.
import type { Match } from "../core/policy.ts";
import { type Condition, type Holds, yesOrNo } from "./condition.ts";
import { isOnCalendar, isWithin } from "./freeze.ts";
import { hoursWords } from "./hours.ts";

export function timeConditions(match: Match, now: number): readonly Condition[] {
  const { hours = [], outside = [], calendars = [], outsideCalendars = [] } = match;
  const conditions: Condition[] = [];
  const ask = (says: string, holds: () => boolean) => conditions.push({ says, holds: tried(holds) });
  if (hours.length > 0) ask(`within ${hoursWords([hours])}`, () => hours.some((each) => isWithin(each, now)));
  if (outside.length > 0) ask(`outside ${hoursWords([outside])}`, () => !outside.some((each) => isWithin(each, now)));
  const names = (list: typeof calendars) => list.map((calendar) => calendar.name).join(" or ");
  if (calendars.length > 0)
    ask(`on a day of ${names(calendars)}`, () => calendars.some((each) => isOnCalendar(each, now)));
  if (outsideCalendars.length > 0)
    ask(`on no day of ${names(outsideCalendars)}`, () => !outsideCalendars.some((each) => isOnCalendar(each, now)));
  return conditions;
}

/** Loading refuses zones that do not exist; a policy that was stored may name one all the same. */
function tried(holds: () => boolean): Holds {
  try {
    return yesOrNo(holds());
  } catch {
    return "open";
  }
}
