// What follows an accepted configuration at once, without a start: who is on shift, and what can be granted where.
import type { Config } from "../core/config.ts";
import type { Subject } from "../core/person.ts";
import type { AccessTargets } from "../core/ports/access-targets.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { OnCall } from "../core/ports/on-call.ts";
import { linkedShifts } from "../on-call/linked-shifts.ts";
import { openAccessTargets } from "./access-targets.ts";
import type { Secrets } from "./base.ts";
import { openOnCall } from "./on-call.ts";

export interface Following {
  readonly onCall: OnCall;
  readonly accessTargets: AccessTargets;
  /** To be called when another configuration may have been accepted. */
  follow(): void;
}

export interface FollowingSettings {
  /** As it was accepted last. */
  readonly inForce: () => Config;
  readonly secrets: Pick<Secrets, "named">;
  readonly clock: Clock;
  readonly log: Log;
  /** The Slack account of a sign-in. */
  readonly accountOf: (subject: Subject) => string | null;
  /** In place of those that the configuration names. */
  readonly accessTargets?: AccessTargets | undefined;
}

/** Throws when an environment variable that the configuration names is not set, naming it. */
export function openFollowing(settings: FollowingSettings): Following {
  const { inForce, secrets, clock, log } = settings;
  const open = () => ({
    onCall: linkedShifts(openOnCall({ config: inForce(), secrets, clock, log }), settings.accountOf),
    targets: settings.accessTargets ?? openAccessTargets(inForce(), secrets),
  });
  let now = open();
  let { digest } = inForce().policy;
  return {
    onCall: {
      schedules: () => now.onCall.schedules(),
      onShift: (name, at) => now.onCall.onShift(name, at),
    },
    accessTargets: { get: (name) => now.targets.get(name) },
    follow: () => {
      if (digest === inForce().policy.digest) return;
      now = open();
      ({ digest } = inForce().policy);
    },
  };
}
