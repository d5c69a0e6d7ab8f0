// Several requirements as one that satisfies each of them: the strictest of every field (R16, R31).
import type { GroupName } from "../core/ids.ts";
import { type Need, pings, type ReasonRule, type Requirement } from "../core/policy.ts";

type Votes = Extract<Need, { kind: "votes" }>;

/** Meeting the result meets both. The same requirement twice is that requirement. */
export function stricter(a: Requirement, b: Requirement): Requirement {
  return {
    need: bothNeeds(a.need, b.need),
    denyThreshold: Math.min(a.denyThreshold, b.denyThreshold),
    vetoGroups: union(a.vetoGroups, b.vetoGroups),
    expiresInMs: Math.min(a.expiresInMs, b.expiresInMs),
    startWithinMs: Math.min(a.startWithinMs, b.startWithinMs),
    reasonToAsk: stricterReason(a.reasonToAsk, b.reasonToAsk),
    reasonToApprove: stricterReason(a.reasonToApprove, b.reasonToApprove),
    tell: union(a.tell, b.tell),
    ...unions(a, b),
    ...pingOf(a, b),
  };
}

/**
 * Needs of plain counts merge group by group with the higher count: two rules that both ask for one of platform are met by
 * one person. Where a choice (`any`) is involved the two stand side by side, each with people of its own.
 */
export function bothNeeds(a: Need, b: Need): Need {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  const countsA = countsOf(a);
  const countsB = countsOf(b);
  if (countsA === null || countsB === null)
    return { kind: "all", of: [...partsOf(a), ...notYetIn(partsOf(b), partsOf(a))] };
  const merged = new Map(countsA);
  for (const [key, votes] of countsB) {
    const known = merged.get(key);
    if (known === undefined || known.count < votes.count) merged.set(key, votes);
  }
  const of = [...merged.values()];
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "all", of };
}

/** Parts that are not among the known ones already; one that is asked for twice must be known twice. */
function notYetIn(parts: readonly Need[], known: readonly Need[]): readonly Need[] {
  const left = known.map((part) => JSON.stringify(part));
  return parts.filter((part) => {
    const index = left.indexOf(JSON.stringify(part));
    if (index < 0) return true;
    left.splice(index, 1);
    return false;
  });
}

function partsOf(need: Need): readonly Need[] {
  return need.kind === "all" ? need.of : [need];
}

/** A need of plain counts as groups → count; null when there is a choice in it. */
function countsOf(need: Need): ReadonlyMap<string, Votes> | null {
  const counts = new Map<string, Votes>();
  for (const leaf of leavesOf(need) ?? [null]) {
    if (leaf === null) return null;
    const key = JSON.stringify([...leaf.groups].sort());
    const known = counts.get(key);
    counts.set(key, { ...leaf, count: leaf.count + (known?.count ?? 0) });
  }
  return counts;
}

function leavesOf(need: Need): readonly Votes[] | null {
  if (need.kind === "votes") return [need];
  if (need.kind === "any") return null;
  const leaves: Votes[] = [];
  for (const part of need.of) {
    const inner = leavesOf(part);
    if (inner === null) return null;
    leaves.push(...inner);
  }
  return leaves;
}

/** Two different patterns cannot be asked for at once in one form: both must be found in the reason. */
function stricterReason(a: ReasonRule, b: ReasonRule): ReasonRule {
  if (a.kind === "optional") return b;
  if (b.kind === "optional" || b.kind === "required") return a;
  if (a.kind === "required" || a.pattern === b.pattern) return b;
  return {
    kind: "pattern",
    pattern: bothPatterns(a.pattern, b.pattern),
    example: `${a.example} ${b.example}`,
  };
}

/** RE2 has no lookahead, so either order is spelled out. */
function bothPatterns(a: string, b: string): string {
  return `(?s)(?:${a})(?:.*)(?:${b})|(?:${b})(?:.*)(?:${a})`;
}

/** What is in neither stays out: requirements that were stored before these words compare as they were. */
function unions(a: Requirement, b: Requirement): Pick<Requirement, "tellPeople" | "tellGroups" | "tickets"> {
  const tickets = [...(a.tickets ?? []), ...(b.tickets ?? [])];
  const known = new Map(tickets.map((ticket) => [JSON.stringify([ticket.pattern, ticket.link]), ticket]));
  return {
    ...(a.tellPeople || b.tellPeople ? { tellPeople: union(a.tellPeople ?? [], b.tellPeople ?? []) } : {}),
    ...(a.tellGroups || b.tellGroups ? { tellGroups: union(a.tellGroups ?? [], b.tellGroups ?? []) } : {}),
    ...(known.size > 0 ? { tickets: [...known.values()] } : {}),
  };
}

/** Whoever one of the rules wants to be pinged is. */
function pingOf(a: Requirement, b: Requirement): Pick<Requirement, "ping"> {
  const ping = pings.findLast((one) => a.ping === one || b.ping === one);
  return ping === undefined ? {} : { ping };
}

function union<T extends string | GroupName>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}
