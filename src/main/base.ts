// What every part of the composition is handed.
import type { Config } from "../core/config.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { People } from "../core/ports/people.ts";
import type { Job } from "../core/ports/store.ts";
import type { Refusal } from "../core/refusal.ts";
import type { ReachedDatabase } from "../store/postgres/open.ts";
import type { Loss } from "../store/store-on.ts";
import type { Closing } from "./closing.ts";
import type { IdentitySecrets, OpenProviders } from "./identity.ts";

export interface Secrets {
  readonly botToken: string;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** Points elsewhere than Slack, for the demo and tests. */
  readonly apiUrl: string | null;
  /** The address of a PostgreSQL database; without one the store is a file in the data directory. */
  readonly databaseUrl?: string | null;
  /** Of the sign-in, in place of those that the configuration names. */
  readonly identity?: IdentitySecrets;
  /** Secrets by the environment variables that the configuration names. */
  readonly named?: (name: string) => string | undefined;
}

export interface Base {
  /** As it was accepted when the bot started; before that is known, the file's. */
  readonly config: Config;
  /** As it is accepted now: what is asked of it follows an accepted change at once. */
  readonly inForce: () => Config;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly clock: Clock;
  /** Why the time cannot be believed now, or null. */
  readonly wrongClock: () => Refusal | null;
  /** null: the store is a file in the data directory. */
  readonly database: ReachedDatabase | null;
  readonly version: string;
  /** This process, among all that ever run on the store. */
  readonly runner: string;
  readonly closing: Closing;
  readonly bell: Bell;
  readonly knownOf: (directory: People) => People;
  /** In place of the providers that the configuration names. */
  readonly openProviders?: OpenProviders;
}

/** Rung when something was written that somebody waits for: jobs, messages, audit records. */
export interface Bell {
  ring(wrote: Rung): void;
  listen(heard: (wrote: Rung) => void): void;
}

export interface Rung {
  readonly audit: number;
  /** Jobs that were put. */
  readonly put?: readonly Job[];
  /** The store was found to lack records that it held. */
  readonly loss?: Loss;
}

export function makeBell(): Bell {
  const listeners: ((wrote: Rung) => void)[] = [];
  return {
    ring: (wrote) => {
      for (const heard of listeners) heard(wrote);
    },
    listen: (heard) => void listeners.push(heard),
  };
}
