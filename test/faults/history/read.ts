// The history made easy to ask: records by request, calls by the request that they are for, deeds with their ends.
import { prunedSeq } from "../../../src/audit/entry.ts";
import { readPruning } from "../../../src/audit/pruning/record.ts";
import type { AuditRecord } from "../../../src/core/audit.ts";
import type { RequestId } from "../../../src/core/ids.ts";
import type { ClusterCall, Deed, FrontEvent, History, Loss } from "./history.ts";

export interface Op {
  readonly op: number;
  readonly at: number;
  readonly who: string;
  readonly deed: Deed;
  readonly end: "ok" | "fail" | "unknown" | "none";
  readonly endedAt: number;
}

export interface Read {
  readonly history: History;
  /** Those that have their words. */
  readonly records: readonly AuditRecord[];
  /** By its number: its hash; null of one whose words were pruned, which is held to the checkpoints by the log's verification. */
  readonly hashes: readonly (string | null)[];
  readonly byRequest: ReadonlyMap<string, readonly AuditRecord[]>;
  /** Each with when a person accepted that the log goes on without what it lost; null while nobody has. */
  readonly losses: readonly AcceptedLoss[];
  /**
   * Requests of which the log has nothing to say any more, so that nothing else of this names them: their words were pruned, over the
   * log's own signature (that it was lawful is the log's verification to say, B13), or all of them lay in an accepted loss.
   */
  readonly forgotten: ReadonlySet<string>;
  /** Calls of executions; what recovery sends to fence is apart. */
  readonly writes: ReadonlyMap<string, readonly ClusterCall[]>;
  readonly fences: ReadonlyMap<string, readonly ClusterCall[]>;
  /** Calls that could change something and name no request. */
  readonly nameless: readonly ClusterCall[];
  readonly ops: readonly Op[];
}

export interface AcceptedLoss extends Loss {
  readonly acceptedAt: number | null;
}

export function read(history: History): Read {
  const stored = history.log.map((line) => (prunedSeq(line) === null ? (JSON.parse(line) as AuditRecord) : null));
  const records = stored.filter((record) => record !== null);
  const of = (call: ClusterCall) => /request\/(fence-)?(r-[0-9a-z]{7})/.exec(call.userAgent);
  const losses = (history.losses ?? []).map((loss) => ({ ...loss, acceptedAt: acceptedAt(loss, records) }));
  const known = new Set(records.map(({ request }) => String(request)));
  const isLost = (request: string, last: number): boolean =>
    !known.has(request) && losses.some(({ at, acceptedAt: accepted }) => accepted !== null && last <= at);
  const lost = [...lastSeen(history, (call) => of(call)?.[2])].flatMap(([request, last]) =>
    isLost(request, last) ? [request] : [],
  );
  const forgotten = new Set([...forgottenIn(records), ...lost]);
  const calls = history.cluster.filter((call) => !forgotten.has(of(call)?.[2] ?? ""));
  return {
    ...{ history, records, forgotten, losses },
    hashes: stored.map((record) => record?.hash ?? null),
    byRequest: Map.groupBy(
      records.filter(({ request }) => request !== null && !forgotten.has(request)),
      ({ request }) => String(request),
    ),
    writes: Map.groupBy(
      calls.filter((call) => of(call) !== null && of(call)?.[1] === undefined),
      (call) => of(call)?.[2] ?? "",
    ),
    fences: Map.groupBy(
      calls.filter((call) => of(call)?.[1] !== undefined),
      (call) => of(call)?.[2] ?? "",
    ),
    nameless: history.cluster.filter((call) => of(call) === null),
    ops: opsOf(history.front).filter(({ deed }) => deed.do === "command" || !forgotten.has(deed.request)),
  };
}

function acceptedAt({ at, from }: Loss, records: readonly AuditRecord[]): number | null {
  const accepted = records.find(
    (one) => one.code === "setting.changed" && one.details.setting === "audit-log" && one.seq >= from && one.at >= at,
  );
  return accepted?.at ?? null;
}

/** When somebody last did something with each request, or it did something to the cluster. */
function lastSeen(
  { front, cluster, cards = [] }: History,
  requestOf: (call: ClusterCall) => string | undefined,
): ReadonlyMap<string, number> {
  const seen = new Map<string, number>(cards.map(({ request }) => [request, 0]));
  const see = (request: string, at: number): void => void seen.set(request, Math.max(at, seen.get(request) ?? 0));
  for (const event of front) {
    if (event.kind === "shown") see(event.request, 0);
    if (event.kind === "invoke" && event.deed.do !== "command") see(event.deed.request, event.at);
  }
  for (const call of cluster) see(requestOf(call) ?? "", call.at);
  return seen;
}

function forgottenIn(records: readonly AuditRecord[]): ReadonlySet<string> {
  const named = records.flatMap((record) => {
    const pruning = readPruning(record);
    return pruning === null || "wrong" in pruning ? [] : pruning.requests;
  });
  // Only the document may have gone so far: its records then say all that is asked of them.
  const begun = new Set(records.filter(({ code }) => code === "request.created").map(({ request }) => request));
  return new Set(named.filter((request) => !begun.has(request as RequestId)));
}

function opsOf(front: readonly FrontEvent[]): readonly Op[] {
  const ends = new Map<number, { readonly kind: "ok" | "fail" | "unknown"; readonly at: number }>();
  for (const event of front)
    if (event.kind === "ok" || event.kind === "fail" || event.kind === "unknown") ends.set(event.op, event);
  return front.flatMap((event) => {
    if (event.kind !== "invoke") return [];
    const { op, at, who, deed } = event;
    const end = ends.get(op);
    return [{ op, at, who, deed, end: end?.kind ?? "none", endedAt: end?.at ?? Number.POSITIVE_INFINITY }];
  });
}

/** A change of the plan as intents name it and as the cluster saw it. */
export const callName = ({ method, path }: ClusterCall): string => `${method} ${path}`;
