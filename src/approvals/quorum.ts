// The exact answer to "are these approvals enough?": one human fills one slot, whatever the order of votes (R14).
import { asHumanId, type GroupName, type HumanId } from "../core/ids.ts";
import type { Need } from "../core/policy.ts";
import { waysToStand } from "./places.ts";

export interface Voter {
  readonly human: HumanId;
  readonly groups: readonly GroupName[];
  /** Groups that others lent them: by these they stand in the other's place, which fills one slot whoever stands in it. */
  readonly lent?: readonly { readonly by: HumanId; readonly groups: readonly GroupName[] }[];
}

/** So many more people, each of one of these groups; no groups means anybody who may vote. */
export interface Missing {
  readonly count: number;
  readonly groups: readonly GroupName[];
}

export interface Solved {
  readonly met: boolean;
  /** Of the way that is nearest to being met; empty when met. */
  readonly missing: readonly Missing[];
}

type Leaf = Missing;

/** Several accounts of one human count once, with the groups of all of them. */
export function solve(need: Need, voters: readonly Voter[]): Solved {
  const ways = [...waysToStand(onePerHuman(voters))].map(onePerHuman);
  let nearest: readonly Missing[] | null = null;
  for (const leaves of alternatives(need)) {
    if (leaves.length === 0 || !leaves.every((leaf) => Number.isInteger(leaf.count) && leaf.count > 0)) continue;
    const missing = fillBest(leaves, ways);
    if (missing.length === 0) return { met: true, missing };
    if (nearest === null || total(missing) < total(nearest)) nearest = missing;
  }
  // A choice among nothing, or a need of no approvals, can never be met (R15); loading refuses both.
  return { met: false, missing: nearest ?? [{ count: 1, groups: [] }] };
}

/** Whether all of these people together could meet it. */
export function couldEverMeet(need: Need, eligible: readonly Voter[]): boolean {
  return solve(need, eligible).met;
}

/**
 * These people, and as many more of no group as a part for anybody could take: the members of a workspace are never listed, and
 * a part that names no group is open to all of them.
 */
export function withAnybody(need: Need, people: readonly Voter[]): readonly Voter[] {
  const others = Array.from({ length: askedOfAnybody(need) }, (_, index) => ({
    human: asHumanId(`anybody ${index}`),
    groups: [],
  }));
  return [...people, ...others];
}

/**
 * Whether one more vote of somebody in these groups brings the need nearer, by the nearest way or by another one; people move
 * between slots for that.
 */
export function canHelp(need: Need, voters: readonly Voter[], one: Pick<Voter, "groups" | "lent">): boolean {
  const waysOf = (people: readonly Voter[]) => [...waysToStand(onePerHuman(people))].map(onePerHuman);
  const [before, after] = [waysOf(voters), waysOf([...voters, { ...one, human: asHumanId("one more") }])];
  return [...alternatives(need)].some((leaves) => total(fillBest(leaves, after)) < total(fillBest(leaves, before)));
}

/** How many of the stages, from the first one on, are met by all of the voters together. */
export function stagesMet(stages: readonly Need[], voters: readonly Voter[]): number {
  let met = 0;
  while (met < stages.length && solve({ kind: "all", of: stages.slice(0, met + 1) }, voters).met) met += 1;
  return met;
}

/**
 * What may be voted on now: of stages the first one that is not met and those before it, since one more vote there may free
 * somebody for a later one. All of it once every stage is met.
 */
export function openPart(need: Need, voters: readonly Voter[]): Need {
  if (need.kind === "votes") return need;
  if (need.kind !== "stages") return { ...need, of: need.of.map((part) => openPart(part, voters)) };
  const open = need.of.slice(0, stagesMet(need.of, voters) + 1);
  return { kind: "all", of: open.map((stage) => openPart(stage, voters)) };
}

/** How many stages are open in the whole need; it grows when one is met. */
export function countOpen(need: Need, voters: readonly Voter[]): number {
  if (need.kind === "votes") return 0;
  const inside = need.of.reduce((sum, part) => sum + countOpen(part, voters), 0);
  return need.kind === "stages" ? inside + stagesMet(need.of, voters) : inside;
}

function askedOfAnybody(need: Need): number {
  if (need.kind === "votes") return need.groups.length === 0 ? need.count : 0;
  return need.of.reduce((sum, part) => sum + askedOfAnybody(part), 0);
}

/** How many ways the choices of a need can be made; loading keeps it small, since each is solved by itself. */
export function countAlternatives(need: Need): number {
  if (need.kind === "votes") return choose(need.groups.length, need.distinctGroups ?? 1);
  const counts = need.of.map(countAlternatives);
  return need.kind === "any"
    ? counts.reduce((sum, count) => sum + count, 0)
    : counts.reduce((p, count) => p * count, 1);
}

/** Ways to take `some` of `all`, as far as they matter: one group has to be told from another only from two on. */
function choose(all: number, some: number): number {
  if (some <= 1) return 1;
  let ways = 1;
  for (let index = 0; index < some; index += 1) ways = (ways * (all - index)) / (index + 1);
  return Math.max(1, Math.round(ways));
}

/** Every group that a need names. */
export function groupsOf(need: Need): readonly GroupName[] {
  return need.kind === "votes" ? need.groups : [...new Set(need.of.flatMap(groupsOf))];
}

/** Whether a vote of somebody in these groups can count for the need at all. */
export function canFill(need: Need, groups: readonly GroupName[]): boolean {
  if (need.kind === "votes") return need.groups.length === 0 || need.groups.some((group) => groups.includes(group));
  return need.of.some((part) => canFill(part, groups));
}

function* alternatives(need: Need): Generator<readonly Leaf[]> {
  if (need.kind === "votes") yield* leavesOf(need);
  else if (need.kind === "any") for (const part of need.of) yield* alternatives(part);
  // Of nothing there is no way, not one that takes nobody.
  else if (need.of.length > 0) yield* product(need.of);
}

/** Votes from so many different groups: one of each of some groups, and the others of any of all. */
function* leavesOf(need: Extract<Need, { kind: "votes" }>): Generator<readonly Leaf[]> {
  const { count, groups, distinctGroups = 1 } = need;
  if (distinctGroups === 1) {
    yield [{ count, groups }];
    return;
  }
  if (!Number.isInteger(distinctGroups) || distinctGroups < 1 || distinctGroups > count) return;
  const others = count > distinctGroups ? [{ count: count - distinctGroups, groups }] : [];
  for (const some of subsets([...new Set(groups)], distinctGroups))
    yield [...some.map((group) => ({ count: 1, groups: [group] })), ...others];
}

function* subsets<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, first] of items.entries())
    for (const rest of subsets(items.slice(index + 1), size - 1)) yield [first, ...rest];
}

function* product(needs: readonly Need[]): Generator<readonly Leaf[]> {
  const [first, ...others] = needs;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const head of alternatives(first)) for (const tail of product(others)) yield [...head, ...tail];
}

/** Of the way to stand that leaves least empty. */
function fillBest(leaves: readonly Leaf[], ways: readonly (readonly Voter[])[]): readonly Missing[] {
  let best: readonly Missing[] | null = null;
  for (const people of ways) {
    const missing = fill(leaves, people);
    if (missing.length === 0) return missing;
    if (best === null || total(missing) < total(best)) best = missing;
  }
  return best ?? [];
}

/** Kuhn's augmenting paths over slots and people; what stays empty, by leaf. */
function fill(leaves: readonly Leaf[], people: readonly Voter[]): readonly Missing[] {
  const slots = leaves.flatMap((leaf) => Array.from({ length: leaf.count }, () => leaf));
  const slotOf = new Map<number, number>();
  const missing = new Map<Leaf, number>();
  slots.forEach((leaf, slot) => {
    if (!seat(slot, slots, people, slotOf, new Set())) missing.set(leaf, (missing.get(leaf) ?? 0) + 1);
  });
  return [...missing].map(([leaf, count]) => ({ count, groups: leaf.groups }));
}

function seat(
  slot: number,
  slots: readonly Leaf[],
  people: readonly Voter[],
  slotOf: Map<number, number>,
  tried: Set<number>,
): boolean {
  const leaf = slots[slot];
  if (leaf === undefined) return false;
  for (const [index, person] of people.entries()) {
    if (tried.has(index) || !canFill({ kind: "votes", ...leaf }, person.groups)) continue;
    tried.add(index);
    const held = slotOf.get(index);
    if (held === undefined || seat(held, slots, people, slotOf, tried)) {
      slotOf.set(index, slot);
      return true;
    }
  }
  return false;
}

function onePerHuman(voters: readonly Voter[]): readonly Voter[] {
  const accounts = Map.groupBy(voters, (voter) => voter.human);
  const people = [...accounts].map(([human, all]) => {
    const lent = all.flatMap((voter) => voter.lent ?? []);
    const groups = [...new Set(all.flatMap((voter) => voter.groups))];
    return { human, groups, ...(lent.length === 0 ? {} : { lent }) };
  });
  return people.sort((a, b) => (a.human < b.human ? -1 : 1));
}

function total(missing: readonly Missing[]): number {
  return missing.reduce((sum, slot) => sum + slot.count, 0);
}
