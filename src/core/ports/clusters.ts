// What the bot asks of Kubernetes clusters: finding, reading, previewing, writing, watching.
import type { ClusterName } from "../ids.ts";
import type { Call, Kind, KubeObject, Locator, ObjectRef } from "../kube.ts";
import type { Person } from "../person.ts";
import type { FollowedGoal } from "../plan.ts";
import type { Refusal } from "../refusal.ts";

/**
 * Under whose rights a call is made: the bot's own, or a person's by impersonation. `role` is what an approved request adds to
 * the person's groups, `countersign:approved:<role>`, for dry runs, writes and the watching
 * of their result; what is read for showing never carries it.
 */
export type Caller =
  | { readonly kind: "bot" }
  | { readonly kind: "person"; readonly person: Person; readonly role: string | null };

export interface ClusterInfo {
  readonly name: ClusterName;
  readonly environment: string;
  readonly isDefault: boolean;
}

export interface Clusters {
  all(): readonly ClusterInfo[];
  /** null when no such cluster is configured. */
  get(name: string): Cluster | null;
  /**
   * The same clusters, in which everything is asked with this caller's rights, whoever's view it is taken from. Discovery,
   * `identity` and the watch caches stay the bot's; what the caches answer is filtered by what the caller may list. A person
   * whom a cluster's mapping gives no name is refused with `not-linked` at each call. Where a cluster has no mapping, all are
   * the bot. Cheap: nothing is called.
   */
  as(caller: Caller): Clusters;
}

/** What was typed as a target, taken apart; each part may be missing. */
export interface TargetWords {
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
}

/**
 * One cluster as its caller sees it. Every method refuses with `cluster-unreachable`, `cluster-forbids` or `cluster-rejects`
 * where the server says so.
 */
export interface Cluster {
  readonly info: ClusterInfo;

  /** All kinds that the server serves, from discovery; kept for a minute, and looked up again for an unknown word. */
  kinds(): Promise<readonly Kind[] | Refusal>;
  /** By plural, singular, short name, kind or `resource.group`; refuses with the nearest. */
  kindOf(word: string): Promise<Kind | Refusal>;
  /** The kind of a manifest's apiVersion and kind; refuses when the cluster does not serve it. */
  kindOfManifest(apiVersion: string, kind: string): Promise<Kind | Refusal>;

  /**
   * What matches the words among the resources given (`deployments.apps`, …) and the caller may list: from the watch caches for
   * workloads, from the server otherwise. At most 50, exact names before prefixes. Refused when nothing of it may be listed.
   */
  find(words: TargetWords, resources: readonly string[]): Promise<readonly ObjectRef[] | Refusal>;
  /** Those that the caller may get. */
  namespaces(): Promise<readonly string[] | Refusal>;

  /** One object, fresh from the server; null when there is none. Secret values are replaced before they leave the adapter. */
  read(object: Locator): Promise<KubeObject | null | Refusal>;
  /** A subresource such as `scale`, fresh. */
  readSub(object: Locator, subresource: string): Promise<KubeObject | null | Refusal>;
  /**
   * The same, or a subresource, with the caller's role: what guards an approved call, or finds out whether it landed, is read
   * so. Nothing of it is for showing.
   */
  readToWrite(object: Locator, subresource?: string): Promise<KubeObject | null | Refusal>;
  list(query: ListQuery): Promise<KubeList | Refusal>;
  /** As kubectl prints it: the server's own Table. */
  table(query: ListQuery & { readonly name?: string }): Promise<KubeTable | Refusal>;
  logs(query: LogQuery): Promise<LogText | Refusal>;
  /** Pods' or nodes' usage; refuses with `no-metrics` where the metrics API is missing. */
  usage(what: "pods" | "nodes", namespace: string | null): Promise<readonly Usage[] | Refusal>;
  /** May the subject, with its role? By (Self)SubjectAccessReview, asked anew each time. A preview: the call itself decides. */
  canI(subject: Caller, access: Access): Promise<Allowed | Refusal>;
  /**
   * Whether the caller, with its role, may send the call, by review of every right that it takes; null when it may. The bot is
   * not asked about: what it may not do, the dry run says.
   */
  mayWrite(call: Call): Promise<Refusal | null>;

  /** May whoever is called so in the cluster? By SubjectAccessReview; the bot's own rights never answer for somebody else. */
  mayDo(subject: ClusterNames, access: Access): Promise<Allowed | Refusal>;
  /**
   * A token of a service account that ends by itself and with the Secret that it is bound to (TokenRequest), with the caller's role.
   * Each call makes another one; it goes to whom it is for and nowhere else: stored sealed only, never logged.
   */
  tokenFor(wanted: TokenWanted): Promise<IssuedToken | Refusal>;

  /**
   * What the caches know of workloads and pods, without waiting, and the caller may list; `null` while no cache is warm or not
   * all of what may be listed is known (kept for at most 30 s): then ask `lookOver`.
   */
  overview(scope: OverviewScope): Overview | null;
  /** The same, after asking what the caller may list; null while no cache is warm. Refused when it is nothing. */
  lookOver(scope: OverviewScope): Promise<Overview | null | Refusal>;

  /** The call as server-side dry run (dryRun=All, fieldValidation=Strict): what would be stored, or why not. */
  preview(call: Call): Promise<KubeObject | null | Refusal>;
  /**
   * Sends the call once, with the version fields of `fresh` put in by its guard and the request's annotation. Never retried:
   * an `unknown` outcome means the call may or may not have landed, and only reading tells.
   */
  write(call: Call, options: WriteOptions): Promise<WriteOutcome>;
  /**
   * With the caller's role, follows a goal from now until it is reached, has failed, or the signal aborts. Progress is told as it changes; a deleted
   * and recreated object is never followed.
   */
  follow(goal: FollowedGoal, signal: AbortSignal, progress: (step: Progress) => void): Promise<GoalOutcome>;
  /**
   * Names this very cluster whatever address leads to it: the uid of its namespace kube-system. Asked for until it is known,
   * then the same for as long as the process lives.
   */
  identity(): Promise<string | Refusal>;
  /** Raw GET on a path, for the few reads that have no method here (SubjectAccessReview is not one of them). */
  health(): Promise<ClusterHealth>;
}

export interface ListQuery {
  readonly kind: Kind;
  readonly namespace: string | null;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit: number;
}

export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** How many more the server says there are beyond `limit`. */
  readonly remaining: number;
}

export interface KubeTable {
  readonly columns: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly {
    readonly namespace: string | null;
    readonly name: string;
    readonly cells: readonly string[];
  }[];
  readonly remaining: number;
}

export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly previous: boolean;
  readonly sinceSeconds?: number;
  readonly tailLines: number;
  readonly limitBytes: number;
}

export interface LogText {
  readonly container: string;
  readonly text: string;
  /** True when `limitBytes` or `tailLines` left lines out. */
  readonly more: boolean;
}

export interface Usage {
  readonly namespace: string | null;
  readonly name: string;
  readonly container: string | null;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string | null;
  readonly name?: string;
}

export interface Allowed {
  readonly allowed: boolean;
  readonly reason: string;
}

/** What somebody is called in a cluster: a user name and groups, as its authorizer sees them. */
export interface ClusterNames {
  readonly user: string;
  readonly groups: readonly string[];
}

export interface TokenWanted {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly secret: { readonly name: string; readonly uid: string };
  /** At least 600: the API server refuses less. */
  readonly expiresInSeconds: number;
}

export interface IssuedToken {
  readonly token: string;
  /** As the server says it, in ms. */
  readonly expiresAt: number;
  /** What a client needs besides: the address and, in PEM, the authority of its certificate (null: the usual ones). */
  readonly server: string;
  readonly certificateAuthority: string | null;
}

export type OverviewScope =
  | { readonly kind: "cluster" }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "workload"; readonly object: ObjectRef };

export interface Overview {
  /** When the cache last heard from the server, in ms; the answer says how old it is. */
  readonly asOf: number;
  /** False while a watch is broken: rows are then the last known ones. */
  readonly live: boolean;
  /** True when the caller may not list all of what the scope names: the rest is neither shown nor counted. */
  readonly isPartial: boolean;
  /** null when the caller may not list nodes. */
  readonly nodes: { readonly ready: number; readonly total: number } | null;
  readonly workloads: readonly WorkloadRow[];
  readonly pods: PodCounts;
  /** Pods that are not well, worst first. */
  readonly troubled: readonly TroubledPod[];
}

export interface WorkloadRow {
  readonly object: ObjectRef;
  readonly desired: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  readonly paused: boolean;
  readonly images: readonly string[];
  /** `healthy`, `progressing`, `degraded`, `stuck`, `paused`, `scaled-to-zero`. */
  readonly health: WorkloadHealth;
  readonly says: string;
}

export type WorkloadHealth = "healthy" | "progressing" | "degraded" | "stuck" | "paused" | "scaled-to-zero";

export interface PodCounts {
  readonly total: number;
  readonly ready: number;
  readonly pending: number;
  readonly failed: number;
}

export interface TroubledPod {
  readonly namespace: string;
  readonly name: string;
  /** `CrashLoopBackOff`, `ImagePullBackOff`, `Pending`, … */
  readonly reason: string;
  readonly restarts: number;
  readonly sinceMs: number;
}

export interface WriteOptions {
  /** The object as just read, whose uid and resourceVersion guard the call; null for a creation. */
  readonly fresh: KubeObject | null;
  readonly requestId: string;
  /** The call is abandoned after this. */
  readonly deadlineMs: number;
}

export type WriteOutcome =
  /** `stored` is what the server says it stored (null for a finished deletion). */
  | { readonly kind: "written"; readonly stored: KubeObject | null; readonly auditId: string | null }
  /** The guard failed: somebody wrote in between. Nothing was written. */
  | { readonly kind: "stale"; readonly says: string }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "unknown"; readonly says: string };

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** kubectl's sentence: "2 of 3 updated replicas are available". */
  readonly says: string;
}

export type GoalOutcome =
  | { readonly kind: "reached"; readonly says: string }
  | { readonly kind: "failed"; readonly says: string }
  | { readonly kind: "aborted"; readonly says: string };

export interface ClusterHealth {
  readonly reachable: boolean;
  readonly version: string;
  readonly says: string;
}
