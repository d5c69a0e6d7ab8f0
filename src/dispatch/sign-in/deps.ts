// What signing in works through, handed in by main.
import type { IdentityConfig } from "../../core/config.ts";
import type { RandomBytes, RequestId } from "../../core/ids.ts";
import type { GroupConfig } from "../../core/policy.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IdentityProvider } from "../../core/ports/identity-provider.ts";
import type { Log } from "../../core/ports/log.ts";
import type { People } from "../../core/ports/people.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Reply, VoteInput } from "../../core/ports/surface.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { StepUpProof } from "../../core/request.ts";
import type { LinkBook } from "../../identity/book.ts";
import type { HandedOver } from "../access/hand-over.ts";

/** Slack proves the account, the company's provider the subject; each has a callback address of its own (T27, mix-up). */
export interface Providers {
  readonly slack: IdentityProvider;
  readonly company: IdentityProvider;
}

/** What sign-ins are made for, beyond links. It is there only once the bot takes votes: hence asked for each time. */
export interface SignInEnds {
  /** The vote that a fresh sign-in was made for, checked anew; it is recorded whatever comes of it. */
  castVote(input: VoteInput, proof: StepUpProof): Promise<Reply>;
  handOverKubeconfig(grant: RequestId, toUserId: string): Promise<HandedOver | Refusal>;
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
  readonly ends: () => SignInEnds;
  /** The workspace's name, for showing. */
  readonly workspace: string;
}
