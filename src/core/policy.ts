// The policy's words: what a rule asks about a plan, and what a decision says.
import type { Digest } from "./digest.ts";
import type { GroupName } from "./ids.ts";
import type { Assurance } from "./person.ts";
import type { RiskKind } from "./risk.ts";

/** What is being decided: everything a rule may look at, and nothing else. */
export interface Question {
  readonly verb: string;
  readonly verbKind: "read" | "change" | "own";
  readonly args: Readonly<Record<string, string>>;
  readonly who: { readonly userId: string; readonly groups: readonly GroupName[]; readonly assurance: Assurance };
  /**
   * One per object that the plan changes, or one per scope that a read looks at. Each must be let by some rule; what
   * restricts one restricts the whole. Empty for verbs about the bot itself.
   */
  readonly places: readonly Place[];
  readonly risks: readonly RiskKind[];
  readonly dryRun: boolean;
  readonly now: number;
}

export interface Place {
  readonly cluster: string;
  readonly environment: string;
  readonly namespace: string | null;
  /** As kubectl prints it in `-o name`: `deployment.apps`, `configmap`. */
  readonly kind: string;
  /** "" for a scope that a read looks at; what a scope leaves open ("" or null) may hold anything. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A tree of needed approvals. */
export type Need =
  | {
      readonly kind: "votes";
      readonly count: number;
      readonly groups: readonly GroupName[];
      /** The votes must come from at least so many different ones of `groups`. Absent: 1. */
      readonly distinctGroups?: number;
    }
  | { readonly kind: "all"; readonly of: readonly Need[] }
  | { readonly kind: "any"; readonly of: readonly Need[] }
  /** All of these, and nobody of a later one votes before the ones before it are met. */
  | { readonly kind: "stages"; readonly of: readonly Need[] };

/** What a request needs before it may run; stored with the request. */
export interface Requirement {
  readonly need: Need;
  /** How many denials end the request. */
  readonly denyThreshold: number;
  /** One denial by a member of these ends it. */
  readonly vetoGroups: readonly GroupName[];
  /** Pending requests end after this. */
  readonly expiresInMs: number;
  /** An approved request must start within this (R8). */
  readonly startWithinMs: number;
  readonly reasonToAsk: ReasonRule;
  readonly reasonToApprove: ReasonRule;
  /** Where else the card's existence is told. */
  readonly tell: readonly string[];
  /** Who of those that can is mentioned when it is asked; the others are only named. Absent: `on-call`. */
  readonly ping?: "none" | "on-call" | "all";
  /** When after the posting everybody who can is reminded, and when it is escalated. Absent: a third, and two thirds of its life. */
  readonly rings?: readonly [remindAfterMs: number, escalateAfterMs: number];
  /** Groups that are told when nobody has come. Absent: the approvals channel, without anybody mentioned. */
  readonly escalateTo?: readonly GroupName[];
  /**
   * Least assurance of those whose votes count. From `linked` on, groups known only by Slack's user groups or from an IdP
   * heard too long ago do not count (R12). Absent: any.
   */
  readonly assurance?: Assurance;
  /** Each vote needs a fresh sign-in of its own (R21). Absent: none. */
  readonly stepUp?: StepUp;
  /** When approvals are taken (R24): within each of these at once. Absent: at any time. */
  readonly hours?: readonly ApproverHours[];
}

/** Any one of these weekly windows is enough. */
export type ApproverHours = readonly WeeklyWindow[];

/** Hours that return every week, in a zone. */
export interface WeeklyWindow {
  readonly kind: "weekly";
  readonly zone: string;
  /** ISO weekdays on which it begins: Monday is 1. */
  readonly days: readonly number[];
  /** Minutes after local midnight; an end before its beginning is on the next day. */
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** What a fresh sign-in must show: OpenID Connect Core 1.0, sections 2 and 3.1.2.1. */
export interface StepUp {
  /** `auth_time` no older than this. */
  readonly maxAgeMs: number;
  /** One of these as `acr`; empty asks for none. */
  readonly acr: readonly string[];
  /** All of these in `amr`; empty asks for none. */
  readonly amr: readonly string[];
  /** Set when rules that count together ask for an `acr` of lists that share none: no sign-in shows that. */
  readonly impossible?: true;
}

export type ReasonRule =
  | { readonly kind: "optional" }
  | { readonly kind: "required" }
  /** RE2 syntax; the whole reason must contain a match. */
  | {
      readonly kind: "pattern";
      readonly pattern: string;
      readonly example: string;
      /** The patterns of other rules that count as well: the reason must contain a match of each. */
      readonly also?: readonly { readonly pattern: string; readonly example: string }[];
    };

/** Why a decision came out as it did: one node per rule or condition, in the policy's order. */
export interface Because {
  readonly rule: string;
  readonly says: string;
  readonly holds: boolean;
  readonly of: readonly Because[];
}

export type Decision =
  | {
      readonly kind: "allow";
      readonly rules: readonly string[];
      readonly because: readonly Because[];
      readonly policy: Digest;
    }
  | {
      readonly kind: "deny";
      readonly code: "denied-by-policy" | "no-rule" | "frozen";
      readonly rule: string;
      readonly reason: string;
      readonly because: readonly Because[];
      readonly policy: Digest;
    }
  | {
      readonly kind: "approvals";
      readonly rules: readonly string[];
      readonly requirement: Requirement;
      readonly because: readonly Because[];
      readonly policy: Digest;
    };

export interface GroupConfig {
  readonly name: GroupName;
  readonly members: readonly string[];
  /** Slack user group's id or handle; its members count too, below the top tiers. */
  readonly slackUserGroup: string | null;
  /** Groups as the IdP names them, whose signed-in members count too. Absent: none. */
  readonly idpGroups?: readonly string[];
  /** Groups of the policy whose members are all members of this one too. Absent: none. */
  readonly groups?: readonly GroupName[];
  /** The schedule that says who of them is on shift; absent where none does. */
  readonly onCall?: string;
}

/** The policy as loaded; only `approvals` reads its insides. */
export interface Policy {
  readonly digest: Digest;
  readonly rules: readonly Rule[];
  readonly freezes: readonly Freeze[];
  /** Who is in the groups is part of the policy: changing it changes who may. */
  readonly groups: readonly GroupConfig[];
  readonly defaults: {
    readonly expiresInMs: number;
    readonly startWithinMs: number;
    readonly denyThreshold: number;
  };
}

export interface Rule {
  readonly name: string;
  readonly match: Match;
  readonly effect:
    | { readonly kind: "allow" }
    | { readonly kind: "deny"; readonly reason: string }
    | { readonly kind: "approvals"; readonly requirement: Requirement };
  /** Names a rule that no longer counts where this one matches (R16). */
  readonly replaces: string | null;
}

/** Each list: empty matches all. A `*` in a name stands for any text. Labels must all be equal. */
export interface Match {
  readonly verbs: readonly string[];
  readonly verbKinds: readonly Question["verbKind"][];
  readonly groups: readonly GroupName[];
  readonly clusters: readonly string[];
  readonly environments: readonly string[];
  readonly namespaces: readonly string[];
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** At least one of these risk facts. */
  readonly risks: readonly RiskKind[];
  /** Argument → values, any of which matches. */
  readonly args: Readonly<Record<string, readonly string[]>>;
}

export interface Freeze {
  readonly name: string;
  readonly match: Match;
  /** Absolute, in ms; or weekly hours in a zone. */
  readonly window: { readonly kind: "between"; readonly from: number; readonly until: number } | WeeklyWindow;
  readonly reason: string;
}
