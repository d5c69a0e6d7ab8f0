// What prunings would take: read from the store, page by page, and held against the checked tree before anything is said of it.
import type { AuditRecord } from "../../core/audit.ts";
import type { RequestId } from "../../core/ids.ts";
import type { OldRequest } from "../../core/ports/pruning.ts";
import type { Store, StoredLine } from "../../core/ports/store.ts";
import type { Request } from "../../core/request.ts";
import { prunedSeq } from "../entry.ts";
import { leafHash, type MerkleTree } from "../tree.ts";
import { type Alive, isDone, mayGo } from "./choose.ts";

/** The spans after which words go; null: never. */
export interface Retention {
  readonly requestsMs: number;
  readonly recordsMs: number | null;
}

export interface Choosing {
  readonly store: Pick<Store, "audit" | "requests">;
  readonly retention: Retention;
  readonly alive: Omit<Alive, "before" | "requests">;
  readonly now: number;
  /** The log as it was checked, and how many records of it a checkpoint outside vouches for. */
  readonly tree: MerkleTree;
  readonly vouched: number;
}

/** What one pruning takes: requests, or records. */
export interface Chosen {
  readonly requests: readonly OldRequest[];
  readonly lines: readonly StoredLine[];
}

/** In one pruning: its record stays readable, and its words are in memory at once. */
const mostRequests = 500;
const mostRecords = 5_000;
const page = 500;

/** A record that is not the one that was checked: nothing is pruned over it. */
export class Altered extends Error {
  override readonly name = "Altered";
}

/** Requests first: with them the last goes that holds their records. Throws `Altered`. */
export async function* choose(of: Choosing): AsyncGenerator<Chosen> {
  const going = new Set<RequestId>();
  for await (const requests of oldRequests(of)) {
    for (const { id } of requests) going.add(id);
    yield { requests, lines: [] };
  }
  for await (const lines of oldRecords(of, going)) yield { requests: [], lines };
}

async function* oldRequests({ store, retention, alive, now }: Choosing): AsyncGenerator<readonly OldRequest[]> {
  const before = now - retention.requestsMs;
  let after: OldRequest | null = null;
  for (;;) {
    const found: readonly OldRequest[] = await store.requests.over({
      createdBefore: before,
      after,
      limit: mostRequests,
    });
    const chosen = found.filter(({ body }) => isDone(JSON.parse(body) as Request, { ...alive, before }));
    if (chosen.length > 0) yield chosen;
    after = found.at(-1) ?? null;
    if (after === null || found.length < mostRequests) return;
  }
}

async function* oldRecords(of: Choosing, going: ReadonlySet<RequestId>): AsyncGenerator<readonly StoredLine[]> {
  const { retention, store, now, vouched } = of;
  if (retention.recordsMs === null) return;
  const before = now - retention.recordsMs;
  let gathered: StoredLine[] = [];
  for (let after = -1; ; ) {
    const stored = await store.audit.lines({ afterSeq: after, limit: page });
    const whole = stored.filter(({ seq, line }) => seq < vouched && prunedSeq(line) === null).map(read);
    gathered.push(...(await among(of, whole, { going, before })));
    after = stored.at(-1)?.seq ?? after;
    const isYoung = whole.length > 0 && whole.every(({ record }) => record.at >= before);
    const isLast = isYoung || stored.length < page || after >= vouched;
    if (gathered.length > 0 && (isLast || gathered.length >= mostRecords)) {
      yield gathered;
      gathered = [];
    }
    if (isLast) return;
  }
}

interface Read {
  readonly stored: StoredLine;
  readonly record: AuditRecord;
}

function read(stored: StoredLine): Read {
  return { stored, record: JSON.parse(stored.line) as AuditRecord };
}

async function among(
  { store, alive, tree }: Choosing,
  whole: readonly Read[],
  { going, before }: { readonly going: ReadonlySet<RequestId>; readonly before: number },
): Promise<readonly StoredLine[]> {
  const named = whole.flatMap(({ record: { request } }) => (request === null || going.has(request) ? [] : [request]));
  const requests = await store.requests.standing([...new Set(named)]);
  const chosen = whole.filter(({ record }) => mayGo(record, { ...alive, before, requests }));
  for (const { stored } of chosen) mustBeLeaf(tree, stored);
  return chosen.map(({ stored }) => stored);
}

/** Throws `Altered` when the line is not what the tree, which was checked against the checkpoint outside, has there. */
export function mustBeLeaf(tree: MerkleTree, { seq, line }: StoredLine): Buffer {
  const leaf = leafHash(line);
  if (leaf.equals(tree.leaf(seq))) return leaf;
  throw new Altered(`record ${seq} is not the one that was checked: nothing is pruned`);
}
