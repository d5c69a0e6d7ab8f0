// What every part of the composition is handed.
import type { Config } from "../core/config.ts";
import type { Person } from "../core/person.ts";
import type { Policy } from "../core/policy.ts";
import type { AccessTargets } from "../core/ports/access-targets.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ClusterNames } from "../core/ports/clusters.ts";
import type { Log } from "../core/ports/log.ts";
import type { People } from "../core/ports/people.ts";
import type { Job } from "../core/ports/store.ts";
import type { ReachedDatabase } from "../store/postgres/open.ts";
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
  /** Where sign-in is configured. */
  readonly identity?: IdentitySecrets;
  /** Other secrets, by the environment variables that the configuration names. */
  readonly named?: (name: string) => string | undefined;
}

export interface Base {
  readonly config: Config;
  /** The policy in force now. */
  readonly policy: () => Policy;
  /** What a linked person is called in a cluster; null while they have not signed in. */
  readonly clusterNamesOf: (person: Person, cluster: string) => ClusterNames | null;
  readonly accessTargets: AccessTargets;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly clock: Clock;
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
