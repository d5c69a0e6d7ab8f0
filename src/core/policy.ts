// The policy's words: what a rule asks about a plan, and what a decision says.
import type { BreakGlass } from "./break-glass.ts";
import type { Digest } from "./digest.ts";
import type { GroupName } from "./ids.ts";
import type { Assurance, Person } from "./person.ts";
import type { RiskKind } from "./risk.ts";

/** What is being decided: everything a rule may look at, and nothing else. */
export interface Question {
  readonly verb: string;
  readonly verbKind: "read" | "change" | "own";
  readonly args: Readonly<Record<string, string>>;
  readonly who: Asker;
  /**
   * One per object that the plan changes, or one per scope that a read looks at. Each must be let by some rule; what
   * restricts one restricts the whole. Empty for verbs about the bot itself.
   */
  readonly places: readonly Place[];
  readonly risks: readonly RiskKind[];
  readonly dryRun: boolean;
  readonly now: number;
  /** As typed by the asker; absent where nobody was asked for one yet. */
  readonly reason?: string | null;
}

export interface Asker {
  readonly userId: string;
  readonly groups: readonly GroupName[];
  readonly assurance: Assurance;
  /** `issuer#sub` of the sign-in; absent or null for who is not linked. */
  readonly subject?: string | null;
  /** Names of the schedules they are on shift of; absent where that is not known: what restricts then matches. */
  readonly onCall?: readonly string[];
  /** Schedules of which it is not known whether they are on shift of them, beside those of `onCall`. */
  readonly unknownSchedules?: readonly string[];
  /** Groups of which it is not known whether they are in: what lets does not match, what restricts does. */
  readonly unknownGroups?: readonly GroupName[];
}

export function askerOf(person: Person): Asker {
  const { account, groups, unknownGroups, assurance, subject, onCall, unknownSchedules } = person;
  return {
    userId: account.userId,
    groups,
    ...(unknownGroups === undefined ? {} : { unknownGroups }),
    assurance,
    subject: subject === null ? null : `${subject.issuer}#${subject.subject}`,
    ...(onCall === undefined ? {} : { onCall }),
    ...(unknownSchedules === undefined ? {} : { unknownSchedules }),
  };
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
  /** false: nobody has read the object, so it may have any labels. Absent: they are known, but for a scope's. */
  readonly labelsKnown?: false;
  /** What a plan does to it; absent for reads. */
  readonly operation?: "create" | "update" | "delete";
  /** How many pods the object asks for, before and after; absent for what has no such number. */
  readonly replicas?: { readonly before: number; readonly after: number };
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
  /** Who else is told: member ids of Slack, each by a direct message. */
  readonly tellPeople?: readonly string[];
  /** Everybody in these is told, each by a direct message. */
  readonly tellGroups?: readonly GroupName[];
  /** Tickets that the reason to ask must name, each of them. */
  readonly tickets?: readonly TicketRule[];
  /** Who of those that can is mentioned when it is asked; the others are only named. Absent: `on-call`. */
  readonly ping?: Ping;
  /** When after the posting everybody who can is reminded, and when it is escalated. Absent: a third, and two thirds of its life. */
  readonly rings?: readonly [remindAfterMs: number, escalateAfterMs: number];
  /** Groups that are told when nobody has come. Absent: the approvals channel, without anybody mentioned. */
  readonly escalateTo?: readonly GroupName[];
  /**
   * Least assurance of those whose votes count. From `linked` on, groups known only by Slack's user groups do not count (R12).
   * Absent: any.
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

/** Least first. */
export const pings = ["none", "on-call", "all"] as const;
export type Ping = (typeof pings)[number];

export interface TicketRule {
  /** RE2 syntax; what it finds in the reason is the ticket's id. */
  readonly pattern: string;
  readonly example: string;
  /** An https address with `{ticket}` in it; null shows the id alone. */
  readonly link: string | null;
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
      readonly code:
        | "denied-by-policy"
        | "over-limit"
        | "not-linked"
        | "groups-too-old"
        | "cannot-wait"
        | "no-rule"
        | "frozen";
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
  /** Named days; rules and freezes hold the days that they name themselves. */
  readonly calendars?: readonly Calendar[];
  /** Absent: nobody may run anything without its approvals. */
  readonly breakGlass?: BreakGlass;
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
  /** What goes beyond one of these where the rule matches is denied. */
  readonly limits?: Limits;
}

/** The most that a rule lets in one request, counted over the objects that it matches. */
export interface Limits {
  /** Pods that any one object asks for afterwards. */
  readonly replicas?: number;
  readonly objects?: number;
  readonly namespaces?: number;
  readonly deletions?: number;
}

/** Each list: empty or absent matches all. A `*` stands for any text in every list but `groups`, `risks` and those about people. */
export interface Match {
  readonly verbs: readonly string[];
  readonly verbKinds: readonly Question["verbKind"][];
  readonly groups: readonly GroupName[];
  readonly clusters: readonly string[];
  readonly environments: readonly string[];
  readonly namespaces: readonly string[];
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  /** All of them; a `*` in a value stands for any text, so `*` asks for the label alone. */
  readonly labels: Readonly<Record<string, string>>;
  /** At least one of these risk facts. */
  readonly risks: readonly RiskKind[];
  /** Argument → values, any of which matches. */
  readonly args: Readonly<Record<string, readonly string[]>>;
  /** `issuer#sub` of a sign-in, or a member id of Slack. */
  readonly subjects?: readonly string[];
  /** Least assurance of the asker. Only what lets asks for it: nobody escapes what restricts by not signing in. */
  readonly assurance?: Assurance;
  /** Schedules, on one of which the asker is now. */
  readonly onCall?: readonly string[];
  /** Labels that must be absent. */
  readonly withoutLabels?: readonly string[];
  /** Within one of these. */
  readonly hours?: readonly WeeklyWindow[];
  /** Within none of these. */
  readonly outside?: readonly WeeklyWindow[];
  /** On a day of one of these. */
  readonly calendars?: readonly Calendar[];
  /** On no day of any of these. */
  readonly outsideCalendars?: readonly Calendar[];
  readonly if?: Condition;
}

/** A CEL expression (https://github.com/google/cel-spec) over what docs/policy-language.md lists. */
export interface Condition {
  readonly expression: string;
  /** IANA zone of `now`. */
  readonly zone: string;
}

/** Days by name, such as public holidays; each from local midnight to local midnight. */
export interface Calendar {
  readonly name: string;
  readonly zone: string;
  /** `2026-12-24`, both ends included. */
  readonly days: readonly { readonly from: string; readonly until: string }[];
}

export interface Freeze {
  readonly name: string;
  readonly match: Match;
  /** Absolute, in ms; weekly hours in a zone; or the days of calendars. */
  readonly window:
    | { readonly kind: "between"; readonly from: number; readonly until: number }
    | WeeklyWindow
    | { readonly kind: "calendars"; readonly calendars: readonly Calendar[] };
  readonly reason: string;
}
