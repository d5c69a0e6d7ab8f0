// The configuration as the schema lets it through: raw words, not yet typed.
import type { SigningAlgorithm } from "../core/config.ts";
import type { Ping } from "../core/policy.ts";
import type { RawOnCall } from "./on-call.ts";
import type { RawAccess } from "./raw-access.ts";
import type { RawCalendar, RawLimits, RawWhen } from "./raw-when.ts";
import type { RawOperations } from "./typed-operations.ts";
import type { RawRetention } from "./typed-retention.ts";

export type Words = string | readonly string[];

export interface RawNeed {
  readonly count?: number;
  readonly from?: Words;
  readonly all?: readonly RawNeed[];
  readonly any?: readonly RawNeed[];
  readonly stages?: readonly RawNeed[];
  readonly distinctGroups?: number;
}

export type RawReason = "optional" | "required" | { readonly pattern: string; readonly example: string };

export interface RawApprovals extends RawNeed {
  readonly denials?: number;
  readonly veto?: Words;
  readonly expiresIn?: string;
  readonly startWithin?: string;
  readonly reasonToAsk?: RawReason;
  readonly reasonToApprove?: RawReason;
  readonly tell?: Words;
  readonly tellPeople?: Words;
  readonly tellGroups?: Words;
  readonly ticket?: { readonly pattern: string; readonly example: string; readonly link?: string };
  readonly ping?: Ping;
  readonly rings?: readonly string[];
  readonly escalateTo?: Words;
  readonly assurance?: string;
  readonly stepUp?: { readonly maxAge: string; readonly acr?: Words; readonly amr?: Words };
  readonly hours?: readonly RawWeekly[];
}

export interface RawWeekly {
  readonly zone?: string;
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
}

export interface RawRule {
  readonly name: string;
  readonly when?: RawWhen;
  readonly allow?: true;
  readonly deny?: string;
  readonly approvals?: RawApprovals;
  readonly replaces?: string;
  readonly limits?: RawLimits;
}

export interface RawFreeze {
  readonly name: string;
  readonly when?: RawWhen;
  readonly between?: { readonly from: string; readonly until: string };
  readonly weekly?: RawWeekly;
  readonly calendars?: Words;
  readonly reason: string;
}

export interface RawPolicy {
  readonly defaults?: { readonly expiresIn?: string; readonly startWithin?: string; readonly denials?: number };
  readonly rules: readonly RawRule[];
  readonly freezes?: readonly RawFreeze[];
  readonly zone?: string;
  readonly calendars?: readonly RawCalendar[];
}

export interface RawCluster {
  readonly name: string;
  readonly environment: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly inCluster?: boolean;
  readonly default?: boolean;
  readonly unstablePaths?: Words;
  readonly impersonation?: RawImpersonation;
}

export interface RawImpersonation {
  readonly user: { readonly claim: string; readonly prefix: string };
  readonly groups?: { readonly from: string; readonly prefix: string; readonly only?: Words };
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, string>>;
  readonly unlinked?: { readonly user: string; readonly groups?: Words };
}

export interface RawBreakGlass {
  readonly groups: Words;
  readonly when?: Omit<RawWhen, "groups">;
  readonly exceptRisks?: Words;
  readonly startWithin?: string;
  readonly maxFor?: string;
  readonly reason?: RawReason;
  readonly tell: Words;
  readonly assurance?: "none" | "directory" | "linked" | "linked-step-up";
  readonly throughFreezes?: boolean;
  readonly openUses?: number;
  readonly review: {
    readonly group: string;
    readonly count?: number;
    readonly within?: string;
    readonly escalateTo?: string;
  };
}

export interface RawConfig {
  readonly command?: string;
  readonly dataDirectory?: string;
  readonly database?: {
    readonly urlFrom?: string;
    readonly caFile?: string;
    readonly connections?: number;
    readonly connectWithin?: string;
    readonly answerWithin?: string;
    readonly lockWithin?: string;
    readonly idleWithin?: string;
  };
  readonly clusters: readonly RawCluster[];
  readonly channels: {
    readonly approvals: string;
    readonly audit: string;
    readonly defaults?: readonly { readonly channel: string; readonly cluster?: string; readonly namespace?: string }[];
  };
  readonly groups?: readonly {
    readonly name: string;
    readonly members?: readonly string[];
    readonly slackUserGroup?: string;
    readonly idpGroups?: Words;
    readonly groups?: Words;
    readonly onCall?: string;
  }[];
  readonly onCall?: RawOnCall;
  readonly policy: RawPolicy;
  readonly access?: RawAccess;
  readonly breakglass?: RawBreakGlass;
  readonly audit: { readonly checkpoints: string };
  readonly limits?: {
    readonly manifestBytes?: number;
    readonly groupMaxAge?: string;
    readonly delegation?: string;
    readonly votesPerMinute?: number;
    readonly commandsPerMinute?: number;
  };
  readonly http?: { readonly port?: number; readonly host?: string; readonly drainFor?: string };
  readonly jobs?: {
    readonly executions?: number;
    readonly executionsPerCluster?: number;
    readonly recoveries?: number;
    readonly ends?: number;
    readonly people?: number;
    readonly redisUrlFrom?: string;
    readonly redisCaFile?: string;
    readonly redisPrefix?: string;
  };
  readonly operations?: RawOperations;
  readonly retention?: RawRetention;
  readonly identity?: {
    readonly baseUrl: string;
    readonly provider: {
      readonly title: string;
      readonly issuer: string;
      readonly clientId: string;
      readonly clientSecretEnv?: string;
      readonly scopes?: readonly string[];
      readonly groupsClaim?: string;
      readonly claims?: readonly string[];
      readonly signingAlgorithm?: SigningAlgorithm;
      readonly asksUserinfo?: boolean;
    };
    readonly slack: { readonly clientId: string; readonly clientSecretEnv?: string };
    readonly groupMaxAge?: string;
    readonly stepUpFreshFor?: string;
    readonly allowHttpLoopback?: boolean;
  };
}

export function wordsOf(words: Words | undefined): readonly string[] {
  if (words === undefined) return [];
  return typeof words === "string" ? [words] : words;
}
