// A plan: what exactly would be done, as data; the digest of it is what people approve.
import type { PlannedAccess } from "./access.ts";
import type { Digest } from "./digest.ts";
import type { Json } from "./json.ts";
import type { Call, KubeObject, ObjectRef } from "./kube.ts";
import type { Member } from "./ports/access-targets.ts";
import type { Access, ClusterNames } from "./ports/clusters.ts";
import type { RiskFact } from "./risk.ts";

/** One change of one Kubernetes object. */
export interface ObjectChange {
  readonly kind: "object";
  readonly object: ObjectRef;
  readonly operation: "create" | "update" | "delete";
  readonly call: Call;
  /** Of the object itself, where what is changed is a part of it that shows none: its scale. Absent: they stand in `before`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The live object, without status, managedFields and version fields; null before a creation. */
  readonly before: KubeObject | null;
}

/** A change of the bot's own settings, for verbs such as halt. */
export interface SettingChange {
  readonly kind: "setting";
  readonly setting: PlannedSetting;
  /** For a setting that is a list: the entry of this name alone is added or taken away, and compared before it is. */
  readonly item?: string;
  readonly before: Json;
  readonly after: Json;
}

/** Settings that people change by a request. */
export type PlannedSetting = "halted" | "freezes" | "policy";

/** Somebody becomes, stays or is no longer a member of something in another system. */
export interface MembershipChange {
  readonly kind: "membership";
  /** The system, as the catalogue names it. */
  readonly target: string;
  /** What the membership is of, in the system's own words. */
  readonly role: string;
  readonly member: Member;
  /** Whether they are one now, and are to be. */
  readonly before: boolean;
  readonly after: boolean;
}

export type Change = ObjectChange | SettingChange | MembershipChange;

/** An object change whose server-side dry run was made. */
export interface PreviewedChange extends ObjectChange {
  /** The dry run's result, without status, managedFields and version fields; null after a deletion. */
  readonly after: KubeObject | null;
}

export type PlannedChange = PreviewedChange | SettingChange | MembershipChange;

/** How the result is read back before "done" is said. */
export type Goal =
  /** kubectl rollout status: the object's rollout reached its end. */
  | { readonly kind: "rollout"; readonly object: ObjectRef }
  /** `spec.replicas` and ready replicas are the number. */
  | { readonly kind: "replicas"; readonly object: ObjectRef; readonly replicas: number }
  /** The object of that uid is gone. */
  | { readonly kind: "gone"; readonly object: ObjectRef }
  /** The object exists and still holds what was written. */
  | { readonly kind: "present"; readonly object: ObjectRef }
  /** The object is there and the cluster's authorizer says that the subject may. */
  | { readonly kind: "access"; readonly object: ObjectRef; readonly subject: ClusterNames; readonly access: Access }
  /** The system says that they are a member, or none. */
  | {
      readonly kind: "membership";
      readonly target: string;
      readonly role: string;
      readonly member: Member;
      readonly isMember: boolean;
    }
  /** The setting has the value; with `item`, whether the list has an entry of that name. */
  | { readonly kind: "setting"; readonly setting: PlannedSetting; readonly item?: string; readonly value: Json };

/** What a cluster follows by watching one object. */
export type FollowedGoal = Exclude<Goal, { readonly kind: "setting" | "access" | "membership" }>;

/** A command, parsed: what is stored and run again. */
export interface Invocation {
  readonly verb: string;
  /** Parameter → what was typed, or for targets the full name that it was resolved to. */
  readonly args: Readonly<Record<string, string>>;
}

export type Undo =
  | { readonly kind: "command"; readonly invocation: Invocation; readonly says: string }
  | { readonly kind: "none"; readonly because: string };

/** What an action's `decide` gives: everything but what needs the server's dry run. */
export interface Draft {
  /** One sentence in the imperative: "Roll back checkout in shop from revision 42 to 41". */
  readonly title: string;
  readonly changes: readonly Change[];
  readonly goals: readonly Goal[];
  readonly undo: Undo;
  /** Risk facts that only the verb can know (an HPA will override, a GitOps owner will revert, …). */
  readonly risks: readonly RiskFact[];
  /** Facts about other objects that the server cannot guard: recorded, with their age. */
  readonly observations: readonly Observation[];
  /** What this does not do, for the card: "ConfigMaps and Secrets are not rolled back". */
  readonly notes: readonly string[];
  /** How long the goals may take before the result is "not confirmed". */
  readonly verifyWithinMs: number;
  /** Asked for by itself, as a request of its own, once this one is done: a later stage that could not be dry-run yet. */
  readonly followUp: Invocation | null;
  /** A planned start, in ms: approved earlier, it waits until then (R8, R25). Absent: at once. */
  readonly notBefore?: number;
  /** Access that somebody gains for a time. The beneficiary never countersigns it (R10). Absent: none. */
  readonly access?: PlannedAccess;
  /** The policy is asked about this command in place of the typed one: what an extension needs is what granting needs. */
  readonly decidedAs?: Invocation;
}

export interface Observation {
  readonly what: string;
  readonly resourceVersion: string;
}

/** A draft whose changes were dry-run. */
export interface Plan extends Omit<Draft, "changes"> {
  readonly verb: string;
  /** Version of the verb's meaning; a new one voids old approvals. */
  readonly schema: number;
  readonly changes: readonly PlannedChange[];
  readonly digest: Digest;
  /** What it was made of may hold secret values: such plans are stored encrypted and erased after their end. */
  readonly sensitive: boolean;
}
