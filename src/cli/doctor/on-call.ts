// Whether every on-call schedule can be asked, and whether whom it names is known in Slack.
import { systemClock } from "../../clock.ts";
import { subjectIn } from "../../core/person.ts";
import { isRefusal } from "../../core/refusal.ts";
import { openOnCall } from "../../main/on-call.ts";
import { openLog } from "../log.ts";
import { type Check, type Finding, fail, ok, warn } from "./finding.ts";

const mend =
  "Mend its address, its key and its people in the configuration; until then nobody is taken for on shift of it.";

export const checkOnCall: Check = async ({ config, secrets }) => {
  const schedules = config.onCall.schedules;
  if (schedules.length === 0) return [];
  const clock = systemClock;
  const onCall = openOnCall({ config, secrets, clock, log: openLog("silent") });
  return Promise.all(
    schedules.map(async ({ name }): Promise<Finding> => {
      const what = `on-call schedule ${name}`;
      const shifts = await onCall.onShift(name, clock.now());
      if (isRefusal(shifts)) return fail(what, shifts.message, mend);
      const strangers = [...shifts.now, ...shifts.next].filter(({ userId }) => userId === null);
      if (strangers.length > 0) {
        const names = [...new Set(strangers.map(({ label }) => `“${label}”`))].join(", ");
        return warn(what, `${names} is not mapped to anybody in Slack, so is never asked.`, "Add them to its people.");
      }
      const signedIn = [...shifts.now, ...shifts.next].filter(({ userId }) => subjectIn(userId ?? "") !== null);
      if (signedIn.length > 0) {
        const names = [...new Set(signedIn.map(({ label }) => label))].join(", ");
        return warn(
          what,
          `${names} are named by their sign-in, which only the running bot can resolve.`,
          `They are asked once they have signed in; type /ops oncall ${name} to see.`,
        );
      }
      const count = shifts.now.length;
      return ok(what, count === 0 ? "Nobody is on shift now." : `${count} on shift now.`);
    }),
  );
};
