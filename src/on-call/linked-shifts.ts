// Shifts of people who are named by their sign-in, as the Slack account that is linked with it now.

import type { Subject } from "../core/person.ts";
import { subjectIn } from "../core/person.ts";
import type { OnCall, Shift } from "../core/ports/on-call.ts";
import { isRefusal } from "../core/refusal.ts";

/** Of somebody who has not signed in the account is not known: they stand there by their subject, and nobody is taken for them. */
export function linkedShifts(onCall: OnCall, accountOf: (subject: Subject) => string | null): OnCall {
  const linked = (shift: Shift): Shift => {
    const subject = shift.userId === null ? null : subjectIn(shift.userId);
    return subject === null ? shift : { ...shift, userId: accountOf(subject) };
  };
  return {
    schedules: () => onCall.schedules(),
    async onShift(name, at) {
      const found = await onCall.onShift(name, at);
      return isRefusal(found) ? found : { now: found.now.map(linked), next: found.next.map(linked) };
    },
  };
}
