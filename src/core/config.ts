// The configuration, checked and typed: what the one YAML file says.
import type { AccessConfig } from "./access.ts";
import type { ClusterName } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Policy } from "./policy.ts";
import type { JobLimits } from "./ports/jobs.ts";

export interface Config {
  readonly clusters: readonly ClusterConfig[];
  readonly channels: {
    /** Where cards go unless a rule says otherwise. Name or id. */
    readonly approvals: string;
    readonly audit: string;
    /** Channel → default cluster and namespace for targets typed there. */
    readonly defaults: readonly {
      readonly channel: string;
      readonly cluster?: ClusterName;
      readonly namespace?: string;
    }[];
  };
  readonly command: string;
  readonly onCall: OnCallConfig;
  /**
   * As the file has it; the one in force may be another until this one is accepted. Its digest covers all that is
   * countersigned, identity and clusters too.
   */
  readonly policy: Policy;
  /** What of the file is countersigned when it changes, as it was checked: this is stored. */
  readonly policySource: JsonObject;
  /** The whole file as it was checked: an accepted policy is read again within it. */
  readonly file: JsonObject;
  readonly audit: {
    /** The second place: a directory outside the data directory that takes every checkpoint. */
    readonly checkpoints: string;
  };
  /** null: everything is kept for ever. */
  readonly retention: RetentionConfig | null;
  readonly dataDirectory: string;
  readonly database: DatabaseConfig;
  readonly limits: {
    readonly manifestBytes: number;
    readonly groupMaxAgeMs: number;
    /** The longest time for which somebody may lend their groups. */
    readonly delegationMs: number;
    readonly votesPerMinute: number;
    readonly commandsPerMinute: number;
  };
  /** What can be granted for a time. */
  readonly access: AccessConfig;
  readonly http: { readonly port: number; readonly host: string; readonly drainForMs: number };
  readonly jobs: JobsConfig;
  readonly operations: OperationsConfig;
  /** How people sign in; null: nobody can, and Slack's directory is all that is known of them. */
  readonly identity: IdentityConfig | null;
}

/** After which spans the words of what is over are pruned. */
export interface RetentionConfig {
  /** From a request's end on. */
  readonly requestsMs: number;
  /** null: records keep their words for ever. */
  readonly recordsMs: number | null;
  /** The directory that takes what is pruned first; null: none does. */
  readonly archive: string | null;
}

/** What runs by itself, how much of it at once, and the queue that replicas share. */
export interface JobsConfig {
  readonly limits: JobLimits;
  /** The environment variable that holds the address of a Redis. */
  readonly redisUrlFrom: string;
  readonly redisCaFile: string | null;
  readonly redisPrefix: string;
}

/** How the bot itself is watched. */
export interface OperationsConfig {
  readonly port: number;
  readonly host: string;
  /** The channel of those who run the bot, by name or id; null: the audit channel. */
  readonly tell: string | null;
  readonly traces: TracesConfig | null;
}

export interface TracesConfig {
  /** An OTLP collector's address for traces. */
  readonly endpoint: string;
  /** Name of the environment variable that holds further headers. */
  readonly headersFrom: string | null;
  /** Of so many requests in a hundred the trace is kept. */
  readonly percent: number;
}

/** How PostgreSQL is used, where it is. */
export interface DatabaseConfig {
  /** The file has the section: without an address the bot does not start. */
  readonly isWanted: boolean;
  /** The environment variable that holds the address. */
  readonly urlFrom: string;
  readonly caFile: string | null;
  readonly connections: number;
  readonly connectWithinMs: number;
  readonly answerWithinMs: number;
  readonly lockWithinMs: number;
  readonly idleWithinMs: number;
}

export const signingAlgorithms = ["RS256", "PS256", "ES256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface IdentityConfig {
  /** Where browsers reach the bot: an origin without a slash at its end, `https://ops.example.com`. */
  readonly baseUrl: string;
  /** The company's OpenID Provider. */
  readonly provider: {
    /** For people: "Example Corp sign-in". */
    readonly title: string;
    readonly issuer: string;
    readonly clientId: string;
    /** Name of the environment variable that holds it. */
    readonly clientSecretEnv: string;
    readonly scopes: readonly string[];
    /** The claim that holds groups; null: the provider tells none. */
    readonly groupsClaim: string | null;
    /** Claims that are kept with a link; no other is. */
    readonly claims: readonly string[];
    /** The one algorithm of its ID tokens (RFC 7518, section 3.1). */
    readonly signingAlgorithm: SigningAlgorithm;
    /** Groups and claims are asked at the userinfo endpoint too. */
    readonly asksUserinfo: boolean;
  };
  /** Sign in with Slack: the same Slack app's client. */
  readonly slack: { readonly clientId: string; readonly clientSecretEnv: string };
  /** Groups of a sign-in older than this are weak (R12). */
  readonly groupMaxAgeMs: number;
  /** A sign-in that met a step-up counts as one for so long. */
  readonly stepUpFreshForMs: number;
  /** `baseUrl` may be http on the loopback: for the demo only. */
  readonly allowHttpLoopback: boolean;
}

export interface ClusterConfig {
  readonly name: ClusterName;
  readonly environment: string;
  readonly access:
    | { readonly kind: "kubeconfig"; readonly file: string | null; readonly context: string | null }
    | { readonly kind: "in-cluster" };
  readonly isDefault: boolean;
  /** Paths whose values may differ between two dry runs, e.g. a webhook's random annotation. */
  readonly unstablePaths: readonly string[];
  /** What people are called there; without it every call is the bot's own. */
  readonly impersonation?: ImpersonationConfig;
}

/** How a linked person's sign-in becomes a user of the cluster. Prefixes may be empty. */
export interface ImpersonationConfig {
  readonly user: { readonly claim: string; readonly prefix: string };
  readonly groups: {
    /** `idp`: the groups of the sign-in; else the claim whose value is the one group. */
    readonly from: string;
    readonly prefix: string;
    /** Names with stars, as the IdP has them; other groups are left out. null: all count. */
    readonly only: readonly string[] | null;
  } | null;
  readonly uidClaim: string | null;
  /** Key → claim. */
  readonly extra: Readonly<Record<string, string>>;
  /** Whose rights people have who are not linked; null: they are refused. */
  readonly unlinked: { readonly user: string; readonly groups: readonly string[] } | null;
}

export interface OnCallConfig {
  readonly schedules: readonly ScheduleConfig[];
}

export type ScheduleConfig =
  | { readonly kind: "static"; readonly name: string; readonly rotation: RotationConfig }
  | (KeptElsewhere & {
      readonly kind: "ical";
      /** With `${NAME}` where an environment variable's value belongs. */
      readonly url: string;
    })
  | (KeptElsewhere & {
      readonly kind: "pagerduty";
      readonly schedule: string;
      /** The environment variable that holds the API key. */
      readonly tokenFrom: string;
      readonly api: string;
    });

interface KeptElsewhere {
  readonly name: string;
  /** As the keeper names people → Slack's member id. */
  readonly people: ReadonlyMap<string, string>;
  readonly refreshMs: number;
  readonly maxAgeMs: number;
  /** Whether it may stand in a private network (T19). */
  readonly privateAddresses: boolean;
}

export interface RotationConfig {
  /** Slack's member ids, in the order of their turns. */
  readonly members: readonly string[];
  readonly zone: string;
  /** `YYYY-MM-DD`: the first member's first day. */
  readonly first: string;
  /** Minutes after local midnight. */
  readonly handoverMinute: number;
  readonly days: number;
  readonly overrides: readonly { readonly userId: string; readonly from: number; readonly until: number }[];
}

/** What a check of a policy at load looks at. */
export interface PolicyFacts {
  readonly policy: Policy;
  readonly clusters: readonly ClusterConfig[];
  /** Every verb of the bot. */
  readonly verbs: readonly string[];
  /** Those of them that ask for a change, and so can wait for approvals; absent where that is not known. */
  readonly changing?: readonly string[];
  /** Verb → the names of its parameters that rules see as `args`; absent where they are not known. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Of the sign-in by which people are known; absent where there is none, or none is known. */
  readonly issuer?: string;
  /** Names of the on-call schedules; absent where they are not known: no name of one is then refused. */
  readonly schedules?: readonly string[];
  /** For what was right once and is over. Absent at a start, so that no date ever keeps the bot from starting. */
  readonly now?: number;
}

/** Something wrong with a policy; `path` is in the words of the file, e.g. `policy.rules.3.when.verbs.0`. */
export interface PolicyProblem {
  readonly path: readonly (string | number)[];
  readonly says: string;
  /** What would be right, when it is one of a list: the nearest is suggested. */
  readonly known?: readonly string[];
  readonly came?: string;
}

/** Pure; an empty list means that the policy may be loaded (R15). */
export type PolicyCheck = (facts: PolicyFacts) => readonly PolicyProblem[];
