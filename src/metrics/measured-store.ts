// The store with a stopwatch around its transactions, counting what they recorded once it is durable.
import type { AuditEvent, AuditRecord } from "../core/audit.ts";
import { textAt } from "../core/json.ts";
import { type Store, StoreUnavailable, type Tx } from "../core/ports/store.ts";
import { requestStates } from "../core/request.ts";
import type { Stopwatch } from "./measured-surface.ts";
import type { Metrics } from "./registry.ts";

export interface StoreWatch {
  /** A transaction is durable, or the store did not take it. Must not throw. */
  readonly committed?: () => void;
  readonly unavailable?: () => void;
  /** What a durable transaction recorded, in order. Must not throw. */
  readonly recorded?: (records: readonly AuditRecord[]) => void;
}

export function measuredStore(store: Store, metrics: Metrics, stopwatch: Stopwatch, watch: StoreWatch = {}): Store {
  return {
    ...store,
    async transact(work) {
      const from = stopwatch();
      let records: AuditRecord[] = [];
      try {
        const value = await store.transact((tx) => {
          // Anew at each try: what a try before recorded is not there.
          records = [];
          return work(noting(tx, records));
        });
        metrics.observe("countersign_commit_seconds", (stopwatch() - from) / 1_000);
        for (const record of records) count(metrics, record);
        watch.committed?.();
        if (records.length > 0) watch.recorded?.(records);
        return value;
      } catch (error) {
        if (error instanceof StoreUnavailable) {
          metrics.count("countersign_commit_failures_total");
          watch.unavailable?.();
        }
        throw error;
      }
    },
  };
}

function noting(tx: Tx, records: AuditRecord[]): Tx {
  const append = async (event: AuditEvent): Promise<AuditRecord> => {
    const record = await tx.audit.append(event);
    records.push(record);
    return record;
  };
  return { ...tx, audit: { ...tx.audit, append } };
}

function count(metrics: Metrics, record: AuditRecord): void {
  const { code, outcome, details } = record;
  metrics.count("countersign_audit_events_total", { code, outcome });
  if (code !== "execution.ended") return;
  const state = textAt(details, "state");
  const result = requestStates.some((one) => one === state) ? state : "other";
  metrics.count("countersign_executions_total", { result });
}
