// The on-call schedules of the configuration, each with its keeper.
import type { ScheduleConfig } from "../core/config.ts";
import type { OnCall, ShiftSource } from "../core/ports/on-call.ts";
import { calendar } from "../integrations/ical/calendar.ts";
import { onCalls } from "../integrations/pagerduty/on-calls.ts";
import { rotation } from "../on-call/rotation.ts";
import { makeOnCall } from "../on-call/schedules.ts";
import type { Base, Secrets } from "./base.ts";

/** A rotation is computed, so that it is never too old: it is only laid out anew now and then. */
const rotationAge = { refreshMs: 3_600_000, maxAgeMs: 7_200_000 };

/** Throws when an environment variable that a schedule names is not set, naming it. */
export function openOnCall({
  config,
  secrets,
  clock,
  log,
}: Pick<Base, "config" | "clock" | "log"> & { readonly secrets: Pick<Secrets, "named"> }): OnCall {
  const named = secrets.named ?? (() => undefined);
  const schedules = config.onCall.schedules.map((schedule) => ({
    name: schedule.name,
    source: sourceOf(schedule, named),
    ...(schedule.kind === "static" ? rotationAge : { refreshMs: schedule.refreshMs, maxAgeMs: schedule.maxAgeMs }),
  }));
  return makeOnCall(schedules, { clock, log });
}

type Named = (name: string) => string | undefined;

function sourceOf(schedule: ScheduleConfig, named: Named): ShiftSource {
  switch (schedule.kind) {
    case "static":
      return rotation(schedule.rotation);
    case "ical":
      return calendar({ ...schedule, url: new URL(filled(schedule.url, schedule.name, named)) });
    case "pagerduty":
      return onCalls({ ...schedule, token: secretOf(schedule.tokenFrom, schedule.name, named) });
  }
}

function filled(url: string, schedule: string, named: Named): string {
  return url.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_whole, name: string) => {
    const value = secretOf(name, schedule, named);
    // What stands in an address must not lead to another host.
    if (!/^[A-Za-z0-9._~%/=-]+$/.test(value))
      throw new Error(`${name}, of the on-call schedule ${schedule}, has characters that an address cannot hold.`);
    return value;
  });
}

function secretOf(name: string, schedule: string, named: Named): string {
  const value = named(name) ?? "";
  if (value === "") throw new Error(`${name} is not set: the on-call schedule ${schedule} needs it.`);
  return value;
}
