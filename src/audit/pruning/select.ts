// What prunings would take: read from the store, page by page, and held against the checked tree before anything is said of it.
import type { AuditRecord } from "../../core/audit.ts";
import type { RequestId } from "../../core/ids.ts";
import type { Leftovers, OldRequest } from "../../core/ports/pruning.ts";
import type { Store, StoredLine } from "../../core/ports/store.ts";
import type { Request } from "../../core/request.ts";
import { prunedSeq } from "../entry.ts";
import { leafHash, type MerkleTree } from "../tree.ts";
import { type Alive, isDone, mayEverGo, mayGo } from "./choose.ts";
import type { Reading } from "./reached.ts";

/** The spans after which words go; null: never. */
export interface Retention {
  readonly requestsMs: number;
  readonly recordsMs: number | null;
}

export interface Choosing {
  readonly store: Pick<Store, "audit" | "requests" | "leftovers">;
  readonly retention: Retention;
  readonly alive: Omit<Alive, "before" | "requests">;
  readonly now: number;
  /** The log as it was checked, and how many records of it a checkpoint outside vouches for. */
  readonly tree: MerkleTree;
  readonly vouched: number;
  /** Knows where earlier prunings ended, and afterwards where this one did. */
  readonly reading: Reading;
}

/** What one pruning takes: requests, or records, or what else is over. */
export interface Chosen {
  readonly requests: readonly OldRequest[];
  readonly lines: readonly StoredLine[];
  readonly others: (Leftovers & { readonly before: number }) | null;
}

const none: Chosen = { requests: [], lines: [], others: null };

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
    yield { ...none, requests };
  }
  const before = of.now - of.retention.requestsMs;
  const others = await of.store.leftovers.count(before);
  if (countOthers(others) > 0) yield { ...none, others: { before, ...others } };
  for await (const lines of oldRecords(of, going)) yield { ...none, lines };
}

export function countOthers({ links, delegations, digests, unsent, sent }: Leftovers): number {
  return links + delegations + digests + unsent + sent;
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
  const { retention, now, reading } = of;
  if (retention.recordsMs === null) return;
  const before = now - retention.recordsMs;
  let gathered: StoredLine[] = [];
  for (let after = reading.after(-1); ; ) {
    const { chosen, last, isLast } = await look(of, after, { going, before });
    for (const one of chosen) gathered.push(one);
    if (gathered.length > 0 && (isLast || gathered.length >= mostRecords)) {
      yield gathered;
      gathered = [];
    }
    if (isLast) return;
    after = reading.after(last);
  }
}

interface Page {
  readonly chosen: readonly StoredLine[];
  /** The number of its last record. */
  readonly last: number;
  /** Nothing that may go comes after it. */
  readonly isLast: boolean;
}

interface Going {
  readonly going: ReadonlySet<RequestId>;
  readonly before: number;
}

/** The page after a record, as the reading remembers it too. */
async function look(of: Choosing, after: number, { going, before }: Going): Promise<Page> {
  const { store, vouched, reading } = of;
  const stored = await store.audit.lines({ afterSeq: after, limit: page });
  const whole = stored.filter(({ seq, line }) => seq < vouched && prunedSeq(line) === null).map(read);
  const chosen = await among(of, whole, { going, before });
  const last = stored.at(-1)?.seq ?? after;
  const gone = new Set(chosen.map(({ seq }) => seq));
  reading.keeps(whole.flatMap(({ stored: { seq }, record }) => (gone.has(seq) || !mayEverGo(record) ? [] : [seq])));
  const isYoung = whole.length > 0 && whole.every(({ record }) => record.at >= before) && reading.isPast(after);
  reading.ended(isYoung ? after + 1 : Math.min(vouched, last + 1));
  return { chosen, last, isLast: isYoung || stored.length < page || last >= vouched };
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
  { going, before }: Going,
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
