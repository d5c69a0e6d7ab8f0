// Two needs as one: what meets it meets each of them (R16).
import type { Need } from "../core/policy.ts";

type Votes = Extract<Need, { kind: "votes" }>;

/** A need taken apart: votes of groups, joined by those groups, and all that is more than counting. */
interface Parts {
  readonly counts: ReadonlyMap<string, Votes>;
  readonly others: readonly Need[];
}

/**
 * Votes of the same groups merge with the higher count: two rules that both ask for one of platform are met by one person.
 * Choices and stages stand side by side, each with people of its own, and the same one twice is one. So it does not matter in
 * which order needs are joined, nor how often.
 */
export function bothNeeds(a: Need, b: Need): Need {
  if (keyOf(a) === keyOf(b)) return a;
  const [ours, theirs] = [partsOf(a), partsOf(b)];
  const counts = new Map(ours.counts);
  for (const [key, votes] of theirs.counts) counts.set(key, higher(counts.get(key) ?? votes, votes));
  const of = [...counts.values(), ...ours.others, ...notYetIn(theirs.others, ours.others)];
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "all", of };
}

function higher(a: Votes, b: Votes): Votes {
  return votesOf(a, Math.max(a.count, b.count), Math.max(distinctOf(a), distinctOf(b)));
}

function votesOf({ groups }: Votes, count: number, distinctGroups: number): Votes {
  return { kind: "votes", count, groups, ...(distinctGroups > 1 ? { distinctGroups } : {}) };
}

/**
 * Within one need, votes of the same groups add up, also with one that asks for different groups. Of several of those the largest
 * is counted, whatever the order they are written in, and the others stand for themselves.
 */
function partsOf(need: Need): Parts {
  const others: Need[] = [];
  const leaves: Votes[] = [];
  for (const part of flat(need)) {
    if (part.kind === "votes" && isMeetable(part)) leaves.push(part);
    else others.push(part);
  }
  const counts = new Map<string, Votes>();
  for (const [key, same] of Map.groupBy(leaves, groupKey)) {
    const [first, ...rest] = same.toSorted(bySize);
    if (first === undefined) continue;
    counts.set(key, rest.filter((votes) => distinctOf(first) === 1 || distinctOf(votes) === 1).reduce(sum, first));
    others.push(...rest.filter((votes) => distinctOf(first) > 1 && distinctOf(votes) > 1));
  }
  return { counts, others };
}

function distinctOf({ distinctGroups = 1 }: Votes): number {
  return distinctGroups;
}

/** Those that ask for different groups first, so that at most one of them is in a sum. */
function bySize(a: Votes, b: Votes): number {
  return (
    Math.sign(distinctOf(b) - 1) - Math.sign(distinctOf(a) - 1) || b.count - a.count || distinctOf(b) - distinctOf(a)
  );
}

function sum(a: Votes, b: Votes): Votes {
  return votesOf(a, a.count + b.count, Math.max(distinctOf(a), distinctOf(b)));
}

/** Counts that nobody can meet, and an `all` of nothing, must not vanish in a sum (R15). */
function isMeetable({ count, distinctGroups = 1 }: Votes): boolean {
  return Number.isInteger(count) && count > 0 && Number.isInteger(distinctGroups) && distinctGroups <= count;
}

function flat(need: Need): readonly Need[] {
  return need.kind === "all" && need.of.length > 0 ? need.of.flatMap(flat) : [need];
}

/** Parts that are not among the known ones already; one that is asked for twice must be known twice. */
function notYetIn(parts: readonly Need[], known: readonly Need[]): readonly Need[] {
  const left = known.map(keyOf);
  return parts.filter((part) => {
    const index = left.indexOf(keyOf(part));
    if (index < 0) return true;
    left.splice(index, 1);
    return false;
  });
}

function groupKey({ groups }: Votes): string {
  return JSON.stringify([...new Set(groups)].sort());
}

/** The same for needs that differ only in the order of what has no order. */
function keyOf(need: Need): string {
  if (need.kind === "votes") return JSON.stringify([need.count, groupKey(need), need.distinctGroups ?? 1]);
  const parts = need.of.map(keyOf);
  return JSON.stringify([need.kind, need.kind === "stages" ? parts : parts.sort()]);
}
