// What is asked at each scrape: figures of the whole store and of the connections, each within a bound of its own.
import type { Clock } from "../core/ports/clock.ts";
import { type Health, partName } from "../core/ports/health.ts";
import type { Store } from "../core/ports/store.ts";
import { openStates } from "../core/request.ts";
import type { FamilyName } from "./families.ts";
import type { Metrics } from "./registry.ts";

export interface Sources {
  readonly clock: Clock;
  readonly store: Pick<Store, "requests" | "outbox" | "audit">;
  readonly jobs: () => Promise<{
    readonly all: number;
    readonly due: number;
    readonly running: number;
    readonly oldestDueAt: number | null;
  }>;
  readonly vouched: () => { readonly size: number; readonly at: number | null };
  readonly isSealed: () => boolean;
  /** When each socket to Slack opened. */
  readonly sockets: () => readonly number[];
  /** Of the app, as Slack counts them; null where it did not say. */
  readonly appSockets: () => number | null;
  /** Since when Slack's payloads can come, or null. */
  readonly connectedSince: () => number | null;
  readonly caches: () => ReadonlyMap<string, { readonly isWarm: boolean; readonly asOf: number | null }>;
  readonly health: Health;
}

/** A scraper waits ten seconds as a rule; a store that hangs must not cost it the other figures. */
const sourceWithinMs = 1_500;

type GaugeName = Parameters<Metrics["set"]>[0];

/** Sets every gauge; what cannot be read in time is forgotten, so that no old figure passes for a new one. */
export async function scrape(metrics: Metrics, sources: Sources): Promise<void> {
  const age = (at: number | null): number => (at === null ? 0 : Math.max(0, sources.clock.now() - at) / 1_000);
  const read = async (source: string, gauges: readonly GaugeName[], work: () => Promise<void>): Promise<void> => {
    const isRead = await within(sources.clock, work());
    if (!isRead) for (const gauge of gauges) metrics.forget(gauge);
    metrics.set("countersign_unread", isRead ? 0 : 1, { source });
  };
  connections(metrics, sources, age);
  await Promise.all([
    read("requests", ["countersign_requests"], () => requests(metrics, sources)),
    read("jobs", jobGauges, () => jobs(metrics, sources, age)),
    read("messages", messageGauges, () => messages(metrics, sources, age)),
    read("record", recordGauges, () => record(metrics, sources, age)),
  ]);
}

type Age = (at: number | null) => number;

const jobGauges = [
  "countersign_jobs",
  "countersign_jobs_due",
  "countersign_jobs_running",
  "countersign_jobs_oldest_due_seconds",
] as const satisfies FamilyName[];
const messageGauges = ["countersign_outbox_messages", "countersign_outbox_oldest_seconds"] as const;
const recordGauges = ["countersign_audit_records", "countersign_audit_head_age_seconds"] as const;

function connections(metrics: Metrics, sources: Sources, age: Age): void {
  metrics.set("countersign_slack_sockets", sources.sockets().length);
  metrics.set("countersign_slack_app_sockets", sources.appSockets() ?? 0);
  metrics.set("countersign_slack_connected_seconds", age(sources.connectedSince()));
  for (const [cluster, { isWarm, asOf }] of sources.caches()) {
    metrics.set("countersign_cluster_cache_warm", isWarm ? 1 : 0, { cluster });
    if (asOf !== null) metrics.set("countersign_cluster_cache_age_seconds", age(asOf), { cluster });
  }
  for (const part of sources.health.parts())
    metrics.set("countersign_part_away", part.says === null ? 0 : 1, { part: partName(part) });
  const { size, at } = sources.vouched();
  metrics.set("countersign_audit_checkpoint_records", size);
  if (at !== null) metrics.set("countersign_audit_checkpoint_age_seconds", age(at));
  metrics.set("countersign_audit_sealed", sources.isSealed() ? 1 : 0);
}

async function requests(metrics: Metrics, { store }: Sources): Promise<void> {
  for (const state of openStates)
    metrics.set("countersign_requests", await store.requests.count({ states: [state] }), { state });
}

async function jobs(metrics: Metrics, sources: Sources, age: Age): Promise<void> {
  const { all, due, running, oldestDueAt } = await sources.jobs();
  metrics.set("countersign_jobs", all);
  metrics.set("countersign_jobs_due", due);
  metrics.set("countersign_jobs_running", running);
  metrics.set("countersign_jobs_oldest_due_seconds", age(oldestDueAt));
}

async function messages(metrics: Metrics, { store }: Sources, age: Age): Promise<void> {
  const { count, oldestCreatedAt } = await store.outbox.backlog();
  metrics.set("countersign_outbox_messages", count);
  metrics.set("countersign_outbox_oldest_seconds", age(oldestCreatedAt));
}

async function record(metrics: Metrics, { store }: Sources, age: Age): Promise<void> {
  const head = await store.audit.head();
  metrics.set("countersign_audit_records", head === null ? 0 : head.seq + 1);
  metrics.set("countersign_audit_head_age_seconds", age(head?.at ?? null));
}

async function within(clock: Clock, work: Promise<void>): Promise<boolean> {
  const deadline = new AbortController();
  const late = clock.wait(sourceWithinMs, deadline.signal).then(() => false);
  const done = work.then(
    () => true,
    () => false,
  );
  return Promise.race([done, late]).finally(() => deadline.abort());
}
