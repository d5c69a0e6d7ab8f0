// What dispatch is made of: the ports it works through, handed in by main.
import type { TemporaryThing } from "../core/access.ts";
import type { ClusterConfig, Config } from "../core/config.ts";
import type { RandomBytes } from "../core/ids.ts";
import type { Message } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import type { PlannedSetting } from "../core/plan.ts";
import type { Policy } from "../core/policy.ts";
import type { AccessTargets } from "../core/ports/access-targets.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ClusterNames, Clusters } from "../core/ports/clusters.ts";
import type { FreezesNow } from "../core/ports/freezes.ts";
import type { Health } from "../core/ports/health.ts";
import type { Identity } from "../core/ports/identity.ts";
import type { Log } from "../core/ports/log.ts";
import type { Manifests } from "../core/ports/manifests.ts";
import type { OnCall } from "../core/ports/on-call.ts";
import type { People } from "../core/ports/people.ts";
import type { PolicyFile } from "../core/ports/policy-file.ts";
import type { AuditView } from "../core/ports/requests.ts";
import type { Spans } from "../core/ports/spans.ts";
import type { Store } from "../core/ports/store.ts";
import type { VoteInput } from "../core/ports/surface.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import type { Verbs } from "./parse.ts";
import type { LinkTo } from "./render/digest.ts";

export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly clusters: Clusters;
  readonly manifests: Manifests;
  readonly people: People;
  readonly identity: Identity;
  /** How the bot's own parts are. */
  readonly health: Health;
  readonly onCall: OnCall;
  /** As it was accepted when the bot started. */
  readonly config: Config;
  /** As it is accepted now: what can be granted, and for how long groups are lent, follows an accepted change at once. */
  readonly inForce: () => Pick<Config, "access" | "limits">;
  /** The policy in force now; the file may already hold another one that nobody has countersigned. */
  readonly policy: () => Policy;
  /** The freezes that people set, and as of when. */
  readonly freezesNow: FreezesNow;
  readonly policyFile: PolicyFile;
  readonly verbs: Verbs;
  readonly audit: AuditView;
  /** What a linked person is called in a cluster; null while they have not signed in, and so nothing is granted to them. */
  readonly clusterNamesOf: (person: Person, cluster: string) => ClusterNames | null;
  /** Systems beside Kubernetes in which people are made members for a time. */
  readonly accessTargets: AccessTargets;
  /** More that ends by itself, for `temp`. */
  readonly temporary?: readonly (() => Promise<readonly TemporaryThing[]>)[];
  /** Channel ids, resolved from the config's names at start. */
  readonly channels: { readonly approvals: string; readonly audit: string };
  /** A channel of the configuration, by its name or id, as an id; refuses when the bot does not see it. */
  readonly channelId: (nameOrId: string) => Promise<string | Refusal>;
  readonly linkTo: LinkTo;
  /** Names this process; another start has another name. */
  readonly runner: string;
  /** Why nothing may be changed now (the log cannot be continued, the clock is wrong), or null. */
  readonly sealedBecause: () => Refusal | null;
  /** Why nothing can be recorded now, or null: that alone keeps access from ending. */
  readonly recordSealedBecause: () => Refusal | null;
  /** A setting was changed by a request: whoever keeps a copy of it reads it again before this resolves. */
  readonly settingChanged: (setting: PlannedSetting) => Promise<void>;
  /** A job or outbox row was written: whoever runs them should look. */
  readonly nudge: () => void;
  /** Absent where nobody collects traces. */
  readonly spans?: Spans;
  /** Absent where no sign-in is configured: then nobody can approve what takes a fresh one. */
  readonly offerStepUp?: StepUpOffer;
}

/** A vote that is right in everything but the fresh sign-in that it takes (R21). */
export interface StepUpAsked {
  readonly voter: Person;
  /** As it was when the vote was refused: the sign-in is bound to its id, version and digest. */
  readonly request: Request;
  /** To be handed to `vote` again, unchanged, with the proof of the sign-in; its form's token is good for half an hour. */
  readonly input: VoteInput;
}

/**
 * Offers the sign-in to the voter, by a message with the link to it. Nothing is voted by that: the vote is the call of `vote`
 * with the proof, once, which checks everything anew. Asking twice offers twice, and at most one of the two becomes a vote.
 */
export type StepUpOffer = (asked: StepUpAsked) => Promise<Message | Refusal>;

export function clusterConfig(deps: Pick<Deps, "config">, name: string): ClusterConfig | undefined {
  return deps.config.clusters.find((cluster) => cluster.name === name);
}
