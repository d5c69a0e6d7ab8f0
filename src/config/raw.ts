// The configuration as the schema lets it through: raw words, not yet typed.

export type Words = string | readonly string[];

export interface RawNeed {
  readonly count?: number;
  readonly from?: Words;
  readonly all?: readonly RawNeed[];
  readonly any?: readonly RawNeed[];
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
}

export interface RawWhen {
  readonly verbs?: Words;
  readonly actions?: Words;
  readonly groups?: Words;
  readonly clusters?: Words;
  readonly environments?: Words;
  readonly namespaces?: Words;
  readonly kinds?: Words;
  readonly names?: Words;
  readonly labels?: Readonly<Record<string, string>>;
  readonly risks?: Words;
  readonly args?: Readonly<Record<string, Words>>;
}

export interface RawRule {
  readonly name: string;
  readonly when?: RawWhen;
  readonly allow?: true;
  readonly deny?: string;
  readonly approvals?: RawApprovals;
  readonly replaces?: string;
}

export interface RawFreeze {
  readonly name: string;
  readonly when?: RawWhen;
  readonly between?: { readonly from: string; readonly until: string };
  readonly weekly?: {
    readonly zone: string;
    readonly days: readonly string[];
    readonly from: string;
    readonly until: string;
  };
  readonly reason: string;
}

export interface RawPolicy {
  readonly defaults?: { readonly expiresIn?: string; readonly startWithin?: string; readonly denials?: number };
  readonly rules: readonly RawRule[];
  readonly freezes?: readonly RawFreeze[];
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

export interface RawConfig {
  readonly command?: string;
  readonly dataDirectory?: string;
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
  }[];
  readonly policy: RawPolicy;
  readonly audit: { readonly checkpoints: string };
  readonly limits?: {
    readonly manifestBytes?: number;
    readonly groupMaxAge?: string;
    readonly votesPerMinute?: number;
    readonly commandsPerMinute?: number;
  };
  readonly http?: { readonly port?: number; readonly host?: string };
}

export function wordsOf(words: Words | undefined): readonly string[] {
  if (words === undefined) return [];
  return typeof words === "string" ? [words] : words;
}
