// What signing in works through, handed in by main.
import type { IdentityConfig } from "../../core/config.ts";
import type { RandomBytes } from "../../core/ids.ts";
import type { GroupConfig } from "../../core/policy.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IdentityProvider } from "../../core/ports/identity-provider.ts";
import type { Log } from "../../core/ports/log.ts";
import type { People } from "../../core/ports/people.ts";
import type { Store } from "../../core/ports/store.ts";
import type { LinkBook } from "../../identity/book.ts";

/** Slack proves the account, the company's provider the subject; each has a callback address of its own (T27, mix-up). */
export interface Providers {
  readonly slack: IdentityProvider;
  readonly company: IdentityProvider;
}

export interface LinkDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** With links laid over the directory. */
  readonly people: People;
  readonly book: LinkBook;
  /** Of the policy in force. */
  readonly groups: () => readonly GroupConfig[];
  readonly channels: { readonly audit: string };
  /** The direct message channel with a person. Throws when Slack does not answer. */
  readonly directChannel: (userId: string) => Promise<string>;
  /** A job or outbox row was written. */
  readonly nudge: () => void;
}

export interface SignInDeps extends LinkDeps {
  readonly config: IdentityConfig;
  readonly providers: Providers;
  /** The workspace's name, for showing. */
  readonly workspace: string;
}
