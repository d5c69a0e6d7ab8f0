// Whom each ring reaches, as a table (R23); and how the card names them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askingOf } from "../../src/approvals/asking.ts";
import { readRingJob, ringTimes } from "../../src/approvals/rings.ts";
import { whoCanWords } from "../../src/approvals/who-can.ts";
import { type AskFacts, type ShiftsByGroup, whomToAsk } from "../../src/approvals/whom-to-ask.ts";
import { asGroupName } from "../../src/core/ids.ts";
import { refOf } from "../../src/core/person.ts";
import { makePerson, makeRequirement, minute, start, votes } from "./make.ts";

const [ann, ben, eve] = ["ann", "ben", "eve"].map((name) => refOf(makePerson(name)));
const able = [
  { person: ann, groups: [asGroupName("leads")] },
  { person: ben, groups: [asGroupName("platform")] },
].flatMap(({ person, groups }) => (person === undefined ? [] : [{ person, groups }]));
const escalation = eve === undefined ? [] : [eve];
const none: ShiftsByGroup = new Map();
const leadsShift: ShiftsByGroup = new Map([[asGroupName("leads"), new Set(["ann", "ben"])]]);
const nobodyOn: ShiftsByGroup = new Map([[asGroupName("leads"), new Set<string>()]]);
const unknown: ShiftsByGroup = new Map([[asGroupName("leads"), null]]);

const table: readonly (readonly [string, 1 | 2 | 3 | "turn", Partial<AskFacts>, string, string])[] = [
  ["on shift of the group by which they can help, and of no other", 1, { shifts: leadsShift }, "ann", "on-shift"],
  ["nobody at first, where no schedule says who is on shift", 1, { shifts: none }, "", "on-shift"],
  ["nobody at first, where nobody who can is on shift", 1, { shifts: nobodyOn }, "", "on-shift"],
  ["everybody of a group whose schedule is not known", 1, { shifts: unknown }, "ann", "unknown"],
  ["everybody at once, where the rule says so", 1, { requirement: { ping: "all" } }, "ann ben", "can"],
  ["nobody ever, where the rule says so", 2, { requirement: { ping: "none" } }, "", "can"],
  ["then everybody who can", 2, { shifts: leadsShift }, "ann ben", "can"],
  ["then those who can find somebody", 3, { rung: 2, escalation }, "eve", "escalation"],
  ["with everybody who was not asked before", 3, { rung: 1, escalation }, "ann ben eve", "escalation"],
  ["a stage's people on their turn, those on shift first", "turn", { shifts: leadsShift, rung: 1 }, "ann", "on-shift"],
  ["a stage's people on their turn, all of them without a schedule", "turn", { shifts: none }, "ann ben", "can"],
  ["nobody twice on their turn", "turn", { shifts: none, before: new Set(["ann"]) }, "ben", "can"],
];

for (const [rule, ring, facts, people, why] of table) {
  test(`R23: asked is ${rule}`, () => {
    const all = { requirement: {}, rung: 0, able, shifts: none, escalation: [], before: new Set<string>(), ...facts };
    const asked = whomToAsk(ring, all);
    assert.deepEqual([asked.people.map(({ name }) => name).join(" "), asked.why], [people, why]);
  });
}

test("the card names who can in plain words, those on shift first", () => {
  const people = ["Ana", "Ben", "Chloe", "Dev", "Eve", "Finn", "Gus", "Hugo"].map((name) => refOf(makePerson(name)));
  const on = (...names: readonly string[]) => new Set(names);
  assert.equal(whoCanWords([], on()), "nobody can now");
  assert.equal(whoCanWords(people.slice(0, 1), on()), "Ana can");
  assert.equal(whoCanWords(people.slice(0, 3), on("Chloe")), "Chloe is on shift; Ana and Ben can too");
  assert.equal(whoCanWords(people.slice(0, 2), on("Ana", "Ben")), "Ana and Ben are on shift");
  assert.equal(whoCanWords(people, on("Chloe")), "Chloe is on shift; Ana, Ben, Dev, Eve, Finn and 2 others can too");
});

test("R23: rings count from when approvals are taken, and jobs of another kind are no ring", () => {
  const need = votes(1, "leads");
  const at = (requirement: ReturnType<typeof makeRequirement>, expiresAt = start + 120 * minute) =>
    ringTimes({ requirement, expiresAt }, start).map((time) => (time - start) / minute);
  assert.deepEqual(at(makeRequirement(need)), [0, 40, 80]);
  assert.deepEqual(at(makeRequirement(need, { rings: [5 * minute, 15 * minute] })), [0, 5, 15]);
  // Saturday 10:00: approvals are taken from Monday 08:00 on.
  const monday = { kind: "weekly", zone: "UTC", days: [1], fromMinute: 8 * 60, untilMinute: 18 * 60 } as const;
  const late = makeRequirement(need, { rings: [5 * minute, 15 * minute], hours: [[monday]] });
  assert.deepEqual(at(late), [46 * 60, 46 * 60 + 5, 46 * 60 + 15]);
  assert.deepEqual(readRingJob("remind:r-4k7m2qx:3:2-later"), { version: 3, ring: 2 });
  assert.deepEqual(readRingJob("remind:r-4k7m2qx:3:turn-17"), { version: 3, ring: "turn" });
  assert.equal(readRingJob("remind:r-4k7m2qx:3"), null);
});

test("R16: of two rules the earlier reminder counts, the louder ping, and everybody to escalate to", () => {
  const base = makeRequirement(votes(1, "leads"));
  const groups = ["a", "b"].map(asGroupName);
  const one = { ...base, ping: "none", rings: [10, 20], escalateTo: groups.slice(0, 1) } as const;
  const other = { ...base, ping: "on-call", rings: [5, 30], escalateTo: groups } as const;
  assert.deepEqual(askingOf(one, other), { ping: "on-call", rings: [5, 20], escalateTo: groups });
  assert.deepEqual(askingOf(other, one), { ping: "on-call", rings: [5, 20], escalateTo: groups });
  assert.deepEqual(askingOf(base, base), {});
});
