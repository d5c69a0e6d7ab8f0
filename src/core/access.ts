// Access for a time: the catalogue of roles, and the grants that were made of them.
import type { AccessTargetConfig } from "./access-targets.ts";
import type { GroupName, RequestId } from "./ids.ts";
import type { ObjectRef } from "./kube.ts";
import type { PersonRef } from "./person.ts";
import type { Member } from "./ports/access-targets.ts";
import type { Access, ClusterNames } from "./ports/clusters.ts";
import type { Thread } from "./request.ts";
import type { RightsRule } from "./rights.ts";

/** How the holder of a cluster's role uses it: with their own credentials, or with a token made for it. */
export const credentials = ["binding", "token"] as const;
/** Of a role of another system it is always a membership there. */
export type Credential = (typeof credentials)[number] | "membership";

/** One entry of the catalogue: what can be granted at all. */
export interface RoleConfig {
  readonly name: string;
  /** In a person's words. */
  readonly title: string;
  /** The role of the cluster that is bound, or what of another system somebody becomes a member of. */
  readonly bound:
    | { readonly kind: "ClusterRole" | "Role"; readonly name: string }
    | { readonly kind: "membership"; readonly target: string; readonly name: string };
  /** What the bound role must hold exactly; null: whatever the cluster's role holds, which the card shows. */
  readonly rules: readonly RightsRule[] | null;
  readonly scope: "namespace" | "cluster";
  /** The first is taken unless another is asked for. */
  readonly credentials: readonly Credential[];
  /** The longest time from activation to the end, extensions included. */
  readonly maxForMs: number;
  /** Lets it hold exec, attach, port-forward and proxy, whose open streams outlive a grant. */
  readonly allowStreams: boolean;
}

export interface AccessConfig {
  readonly roles: readonly RoleConfig[];
  /** Systems beside Kubernetes that roles are of. */
  readonly targets: readonly AccessTargetConfig[];
  /** Where the service accounts of grants by token stand, with the Secrets that the tokens are bound to, and nothing else. */
  readonly namespace: string;
  /** Whose members may end any grant. */
  readonly admins: readonly GroupName[];
}

/** Of every object of a grant: the id of its request. */
export const grantLabel = "countersign.dev/grant";
/** How long after its creation an object of a grant is to be removed: `7200s`. Covered by the approved digest. */
export const expiresAfterAnnotation = "countersign.dev/expires-after";
/** Whom it is for, and the asker's words why: for people who look at the cluster. */
export const grantedToAnnotation = "countersign.dev/granted-to";
export const grantReasonAnnotation = "countersign.dev/grant-reason";

/** The cluster makes no token that lives shorter. Source: kubernetes pkg/apis/authentication/validation, MinTokenAgeSec. */
export const leastTokenMs = 10 * 60_000;
export const leastGrantMs = 60_000;

/** Asked of the cluster before "active" and after "ended": one thing that the holder could not do before. */
export interface Probe {
  readonly cluster: string;
  readonly subject: ClusterNames;
  readonly access: Access;
}

/** What of a plan is about access for a time. Covered by the digest, but for `gains`: today's rights are the cluster's. */
export interface PlannedAccess {
  readonly kind: "grant" | "extension";
  /** The request's own id, or of an extension the id of the grant. */
  readonly grant: RequestId;
  readonly role: string;
  readonly beneficiary: PersonRef;
  readonly credential: Credential;
  /** "shop on production" */
  readonly where: string;
  /** From activation to the end. */
  readonly lengthMs: number;
  readonly rules: readonly RightsRule[];
  /** What is gained over today, a line per resource. */
  readonly gains: readonly string[];
  /** null for an extension: its grant has it. */
  readonly probe: Probe | null;
}

export interface HeldMembership {
  readonly target: string;
  readonly role: string;
  readonly member: Member;
}

export const grantStates = ["planned", "active", "ending", "ended"] as const;
/**
 * planned: approved, not yet read back. active: the cluster says that the holder may. ending: it is to go, and not yet read back
 * as gone. ended: gone.
 */
export type GrantState = (typeof grantStates)[number];

export type EndedHow = "expired" | "revoked" | "done" | "removed" | "not-confirmed" | "not-begun";

export interface Grant {
  readonly id: RequestId;
  /** Every change adds one; compare-and-set is on this. */
  readonly revision: number;
  readonly state: GrantState;
  readonly role: string;
  readonly where: string;
  readonly credential: Credential;
  readonly beneficiary: PersonRef;
  readonly requester: PersonRef;
  readonly reason: string | null;
  /** In the order of their creation; removed in the reverse one. */
  readonly objects: readonly ObjectRef[];
  readonly probe: Probe | null;
  /** In another system; then there are no objects. Absent for roles of a cluster. */
  readonly membership?: HeldMembership;
  readonly lengthMs: number;
  readonly plannedAt: number;
  /** A planned start, or null. */
  readonly notBefore: number | null;
  /** The binding's creationTimestamp, by the cluster's clock. */
  readonly activeAt: number | null;
  /** Of a token grant, the token's own end, as the API server said it; never later than `activeAt` and the length. */
  readonly endsAt: number | null;
  /** Why it goes, who said so and when; null while it stays, and `by` null where it ended by itself. */
  readonly ending: {
    readonly how: EndedHow;
    readonly by: PersonRef | null;
    readonly reason: string | null;
    readonly at: number;
  } | null;
  readonly endedAt: number | null;
  /** When its kubeconfig was handed over: once, and anew only after an extension. */
  readonly handedOverAt: number | null;
  /** The request that its newest token was made for, under which it waits, sealed; null without a token. */
  readonly tokenOf: RequestId | null;
  readonly card: Thread;
  /** One sentence about its state. */
  readonly says: string;
}

/** Something that ends by itself, for `temp`. */
export interface TemporaryThing {
  readonly id: string;
  readonly what: string;
  /** Whose it is, or null. */
  readonly userId: string | null;
  /** null: it has begun. */
  readonly from: number | null;
  /** null: not known yet. */
  readonly until: number | null;
}
