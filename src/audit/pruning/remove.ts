// The words of a recorded pruning, taken away: in small batches, and as often as it takes.
import type { AuditRecord } from "../../core/audit.ts";
import type { RequestId } from "../../core/ids.ts";
import { listAt, textAt } from "../../core/json.ts";
import type { PrunedRequest } from "../../core/ports/pruning.ts";
import type { Store, StoredLine } from "../../core/ports/store.ts";
import type { Request } from "../../core/request.ts";
import { prunedLine, prunedSeq } from "../entry.ts";
import type { MerkleTree } from "../tree.ts";
import { mustBeLeaf } from "./select.ts";
import { numbersIn, type Span } from "./spans.ts";

/** So many rows of one transaction: whoever waits to write waits for no more than these. */
const batch = 100;

export interface Removal {
  readonly store: Pick<Store, "audit" | "requests" | "transact">;
  readonly tree: MerkleTree;
  readonly record: AuditRecord;
  readonly spans: readonly Span[];
  readonly requests: readonly string[];
  readonly othersBefore: number | null;
  readonly signal: AbortSignal;
}

/** False when it was aborted in between. Throws `Altered` before any word of a record goes that is not the one recorded. */
export async function remove(removal: Removal): Promise<boolean> {
  for (const numbers of inBatches([...numbersIn(removal.spans)])) {
    if (removal.signal.aborted) return false;
    await removeRecords(removal, numbers);
  }
  for (const ids of inBatches(removal.requests)) {
    if (removal.signal.aborted) return false;
    await removeRequests(removal, ids as readonly RequestId[]);
  }
  return removeOthers(removal);
}

async function removeOthers({ store, othersBefore, signal }: Removal): Promise<boolean> {
  let left = othersBefore === null ? 0 : 1;
  while (left > 0 && !signal.aborted) left = await store.transact((tx) => tx.leftovers.prune(othersBefore ?? 0, batch));
  return !signal.aborted;
}

async function removeRecords({ store, tree }: Removal, numbers: readonly number[]): Promise<void> {
  const [first = 0, last = first] = [numbers.at(0), numbers.at(-1)];
  const among = new Set(numbers);
  const lines: StoredLine[] = [];
  for (let after = first - 1; after < last; ) {
    const stored = await store.audit.lines({ afterSeq: after, limit: Math.min(500, last - after) });
    if (stored.length === 0) break;
    lines.push(...stored.filter(({ seq, line }) => among.has(seq) && prunedSeq(line) === null));
    after = stored.at(-1)?.seq ?? last;
  }
  const pruned = lines.map((one) => ({ seq: one.seq, line: prunedLine(one.seq, mustBeLeaf(tree, one)) }));
  if (pruned.length > 0) await store.transact((tx) => tx.audit.prune(pruned));
}

async function removeRequests({ store, record }: Removal, ids: readonly RequestId[]): Promise<void> {
  const left: PrunedRequest[] = [];
  for (const id of ids) {
    const request = await store.requests.get(id);
    if (request !== null) left.push(leftOf(request, record));
  }
  if (left.length === 0) return;
  await store.transact(async (tx) => {
    for (const one of left) await tx.requests.prune(one);
  });
}

function leftOf({ id, plan, state, createdAt, endedAt }: Request, record: AuditRecord): PrunedRequest {
  const files = listAt(record.details, "archive").map((one) => textAt(one, "file"));
  const archive = files.find((file) => file.endsWith(".requests.jsonl")) ?? null;
  return { ...{ id, verb: plan.verb, state, createdAt, endedAt }, prunedAt: record.at, record: record.seq, archive };
}

function inBatches<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / batch) }, (_, index) =>
    all.slice(index * batch, (index + 1) * batch),
  );
}
