// Groups: where they come from, which are weak, and how sure we are of a person (R12).
import assert from "node:assert/strict";
import { test } from "node:test";
import { circlesOf, groupsAbove, groupsBelow } from "../../src/core/groups.ts";
import { asGroupName } from "../../src/core/ids.ts";
import type { GroupConfig } from "../../src/core/policy.ts";
import {
  assuranceOf,
  type MembershipFacts,
  membership,
  membershipWords,
  tooOldWords,
  unknownGroups,
} from "../../src/identity/membership.ts";
import { group, hour, makeLink, start } from "./make.ts";

const g = asGroupName;
const groups: readonly GroupConfig[] = [
  group("listed", { members: ["U1"] }),
  group("slack", { slackUserGroup: "@slack" }),
  group("idp", { idpGroups: ["sre", "sre-leads"] }),
  group("mixed", { slackUserGroup: "@mixed", idpGroups: ["sre"] }),
  group("outer", { groups: [g("slack")] }),
  group("outermost", { groups: [g("outer"), g("listed")] }),
];

function facts(more: Partial<MembershipFacts> = {}): MembershipFacts {
  const ages = { now: start + hour, groupMaxAgeMs: 12 * hour };
  return { groups, userId: "U1", direct: [g("listed"), g("slack"), g("mixed")], link: null, ...ages, ...more };
}
const words = (more: Partial<MembershipFacts>) =>
  membership(facts(more)).map(({ group: name, is }) => ({ sure: name, weak: `(${name})`, lapsed: `[${name}]` })[is]);

test("R12: groups known by Slack's user groups alone are weak, and so is what they bring through others", () => {
  assert.deepEqual(words({}), ["listed", "(slack)", "(mixed)", "(outer)", "outermost"]);
});

test("R12: the provider's groups are sure while fresh, and give nothing once they are too old, whatever they bring others", () => {
  const link = makeLink("ana", { groups: ["sre"] });
  assert.deepEqual(words({ link }), ["listed", "(slack)", "idp", "mixed", "(outer)", "outermost"]);
  const old = ["listed", "(slack)", "[idp]", "(mixed)", "(outer)", "outermost"];
  assert.deepEqual(words({ link, now: start + 12 * hour }), old);
  assert.deepEqual(words({ link, now: start - 1 }), old, "seen in the future");
  const nested = [...groups, group("around", { groups: [g("idp")] })];
  assert.deepEqual(words({ link, groups: nested, direct: [], userId: "U9" }), ["idp", "mixed", "around"]);
  assert.deepEqual(words({ link, groups: nested, direct: [], userId: "U9", now: start + 12 * hour }), [
    "[idp]",
    "[mixed]",
    "[around]",
  ]);
});

test("R12: while the provider says nothing that counts, somebody may be in any of its groups", () => {
  const link = makeLink("ana", { groups: ["sre-leads"] });
  const unknown = (more: Partial<MembershipFacts>) => unknownGroups(facts({ direct: [], userId: "U9", ...more }));
  assert.deepEqual(unknown({ link }), [], "a fresh sign-in says which");
  assert.deepEqual(unknown({ link, now: start + 12 * hour }), ["idp", "mixed"], "an old one does not, of none");
  assert.deepEqual(unknown({ link: null }), ["idp", "mixed"]);
  assert.deepEqual(unknown({ link: null, direct: [g("mixed")] }), ["idp"], "what Slack says is known");
});

test("whoever is in no group is in none that holds others", () => {
  assert.deepEqual(words({ userId: "U9", direct: [] }), []);
});

test("each group says where it comes from", () => {
  const link = makeLink("ana", { groups: ["sre", "sre-leads"] });
  const from = membershipWords(facts({ link }), "Example IdP").map(
    ({ group: name, from: by }) => `${name}: ${by.join(", ")}`,
  );
  assert.deepEqual(from, [
    "listed: by the configuration",
    "slack: by Slack's user group @slack",
    "idp: by “sre” of Example IdP, by “sre-leads” of Example IdP",
    "mixed: by “sre” of Example IdP, by Slack's user group @mixed",
    "outer: through slack",
    "outermost: through outer, through listed",
  ]);
});

test("R12: a sentence says how old the provider's groups are and what to type, once they are too old", () => {
  const link = makeLink("ana");
  assert.equal(tooOldWords(facts({ link, now: start + 12 * hour - 1 }), "Example IdP"), null);
  assert.equal(
    tooOldWords(facts({ link, now: start + 3 * 24 * hour }), "Example IdP"),
    "What Example IdP said about your groups is 3 days old, and 12 hours is the most: until you type login it counts for nothing.",
  );
});

test("R9: assurance: the directory alone, a link, and a step-up while it is fresh", () => {
  const of = (steppedUpAt: number | null, now: number) => assuranceOf(makeLink("ana", { steppedUpAt }), now, 900_000);
  assert.equal(assuranceOf(null, start, 900_000), "directory");
  assert.equal(of(null, start), "linked");
  assert.equal(of(start, start + 899_999), "linked-step-up");
  assert.equal(of(start, start + 900_000), "linked");
  assert.equal(of(start + 1, start), "linked", "a step-up of the future");
});

test("groups within groups are resolved over any depth, and circles are named with their way", () => {
  assert.deepEqual(groupsAbove(groups, [g("slack")]), [g("slack"), g("outer"), g("outermost")]);
  assert.deepEqual([...groupsBelow(groups, g("outermost"))].sort(), ["listed", "outer", "outermost", "slack"]);
  const ring = [
    group("a", { groups: [g("b")] }),
    group("b", { groups: [g("x"), g("c")] }),
    group("c", { groups: [g("a")] }),
    group("x"),
    group("self", { groups: [g("self")] }),
  ];
  assert.deepEqual(circlesOf(ring), [
    ["a", "b", "c", "a"],
    ["self", "self"],
  ]);
  assert.deepEqual(circlesOf(groups), []);
  assert.deepEqual([...groupsBelow(ring, g("a"))].sort(), ["a", "b", "c", "x"], "a circle ends");
});
