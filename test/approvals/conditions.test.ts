// Conditions on who, when and how much; what cannot be known restricts and never lets (R15, R16, R24).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { explain } from "../../src/approvals/explain.ts";
import { mayEver } from "../../src/approvals/may-ever.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { asGroupName } from "../../src/core/ids.ts";
import type { Decision, Match, Question, Rule } from "../../src/core/policy.ts";
import {
  makeMatch,
  makePerson,
  makePlace,
  makePolicy,
  makeQuestion,
  makeRequirement,
  makeRule,
  votes,
} from "./make.ts";

const allow = { kind: "allow" } as const;
const deny = { kind: "deny", reason: "no" } as const;
const needs = { kind: "approvals", requirement: makeRequirement(votes(1, "platform")) } as const;
const who = { userId: "U1", groups: [asGroupName("ops")], assurance: "linked", subject: "https://idp#1" } as const;
const unsigned = { ...who, subject: null, assurance: "directory" } as const;
/** Ops surely; whether a dba, nobody knows. */
const old = { ...who, unknownGroups: [asGroupName("dba")] };
const condition = (expression: string) => ({ expression, zone: "UTC" });
/** 2026-11-21 10:00 UTC is a Saturday, eleven o'clock in Berlin. */
const saturday = { kind: "weekly", zone: "Europe/Berlin", days: [6], fromMinute: 660, untilMinute: 720 } as const;
const sunday = { ...saturday, days: [7] };
const today = { name: "today", zone: "Europe/Berlin", days: [{ from: "2026-11-20", until: "2026-11-21" }] };
const never = { name: "never", zone: "UTC", days: [{ from: "2026-11-22", until: "2026-11-23" }] };
const unread = makePlace({ labelsKnown: false });
const everywhere = makePlace({ namespace: null, kind: "", name: "" });

/** As an allow rule lets, and as a denial matches: "yes", "no", or "restricts" where only the denial matches. */
function answer(match: Partial<Match>, question: Partial<Question>): string {
  const asked = makeQuestion({ who, ...question });
  const lets = decidePolicy(makePolicy([makeRule("r", match, allow)]), asked).kind === "allow";
  const all = makeRule("all", {}, allow);
  const stops = decidePolicy(makePolicy([all, makeRule("r", match, deny)]), asked).kind === "deny";
  return lets === stops ? (lets ? "yes" : "no") : lets ? "lets" : "restricts";
}

describe("conditions", () => {
  const cases: readonly (readonly [string, Partial<Match>, Partial<Question>, string])[] = [
    ["a subject of a sign-in", { subjects: ["https://idp#1"] }, {}, "yes"],
    ["a member id", { subjects: ["U9", "U1"] }, {}, "yes"],
    ["somebody else", { subjects: ["https://idp#2"] }, {}, "no"],
    ["R9: a subject, of who has not signed in", { subjects: ["https://idp#2"] }, { who: unsigned }, "restricts"],
    ["a member id, of who has not signed in", { subjects: ["U9"] }, { who: unsigned }, "no"],
    [
      "R9: the same in a condition",
      { if: condition("who.subject == 'https://idp#2'") },
      { who: unsigned },
      "restricts",
    ],
    ["R9: by a part of it", { if: condition("who.subject.endsWith('#2')") }, { who: unsigned }, "restricts"],
    ["who has not signed in has no subject", { if: condition("who.subject == ''") }, { who: unsigned }, "yes"],
    ["nobody linked is not the empty subject", { subjects: [""] }, { who: { ...who, subject: null } }, "no"],
    ["enough assurance", { assurance: "directory" }, {}, "yes"],
    ["too little assurance", { assurance: "linked-step-up" }, {}, "restricts"],
    ["on call", { onCall: ["payments"] }, { who: { ...who, onCall: ["payments"] } }, "yes"],
    ["on call elsewhere", { onCall: ["payments"] }, { who: { ...who, onCall: ["search"] } }, "no"],
    ["on call for nothing", { onCall: ["payments"] }, { who: { ...who, onCall: [] } }, "no"],
    [
      "R9: on call elsewhere, and that schedule is away",
      { onCall: ["payments"] },
      { who: { ...who, onCall: ["search"], unknownSchedules: ["payments"] } },
      "restricts",
    ],
    [
      "on call there, and another schedule is away",
      { onCall: ["payments"] },
      { who: { ...who, onCall: ["payments"], unknownSchedules: ["search"] } },
      "yes",
    ],
    [
      "a schedule that is away, in a condition",
      { if: condition("'payments' in who.onCall") },
      { who: { ...who, onCall: ["search"], unknownSchedules: ["payments"] } },
      "restricts",
    ],
    [
      "another one in a condition",
      { if: condition("'search' in who.onCall") },
      { who: { ...who, onCall: ["search"], unknownSchedules: ["payments"] } },
      "yes",
    ],
    ["on call is not known", { onCall: ["payments"] }, {}, "restricts"],
    ["R12: a group that is not known", { groups: [asGroupName("dba")] }, { who: old }, "restricts"],
    ["a group that is known, beside one that is not", { groups: [asGroupName("ops")] }, { who: old }, "yes"],
    [
      "R12: one of two that is not known",
      { groups: [asGroupName("x"), asGroupName("dba")] },
      { who: old },
      "restricts",
    ],
    ["a group that is known not to be", { groups: [asGroupName("x")] }, { who: old }, "no"],
    [
      "R12: a condition on a group that is not known",
      { if: condition("'dba' in who.groups") },
      { who: old },
      "restricts",
    ],
    ["R12: turned around", { if: condition("!('dba' in who.groups)") }, { who: old }, "restricts"],
    ["R12: over all groups", { if: condition("who.groups.exists(g, g == 'dba')") }, { who: old }, "restricts"],
    ["a condition on a group that is known", { if: condition("'ops' in who.groups") }, { who: old }, "yes"],
    [
      "R12: asked for first with has()",
      { if: condition("has(who.groups) && 'dba' in who.groups") },
      { who: old },
      "restricts",
    ],
    ["has() of what is not known", { if: condition("!has(who.onCall)") }, {}, "restricts"],
    [
      "has() of what a scope leaves open",
      { if: condition("has(place.name) && place.name == 'db'") },
      { places: [everywhere] },
      "restricts",
    ],
    ["has() of what is known", { if: condition("has(place.name)") }, {}, "yes"],
    ["has() of an argument", { if: condition("has(args.to)") }, {}, "no"],
    ["has() of a label", { if: condition("places.exists(p, has(p.labels.tier))") }, {}, "no"],
    ["what decides it beside that", { if: condition("verb == 'x' && 'dba' in who.groups") }, { who: old }, "no"],
    [
      "a label by its star",
      { labels: { tier: "crit-*" } },
      { places: [makePlace({ labels: { tier: "crit-1" } })] },
      "yes",
    ],
    ["a label alone", { labels: { tier: "*" } }, { places: [makePlace({ labels: { tier: "" } })] }, "yes"],
    ["a missing label has no value", { labels: { tier: "*" } }, {}, "no"],
    ["an absent label", { withoutLabels: ["tier"] }, {}, "yes"],
    ["a label that is there", { withoutLabels: ["tier"] }, { places: [makePlace({ labels: { tier: "1" } })] }, "no"],
    ["T17: a label named like a prototype's member", { withoutLabels: ["constructor"] }, {}, "yes"],
    ["labels of an object that nobody has read", { labels: { tier: "1" } }, { places: [unread] }, "restricts"],
    ["no labels of an object that nobody has read", { withoutLabels: ["tier"] }, { places: [unread] }, "restricts"],
    ["a condition on them", { if: condition("has(place.labels.tier)") }, { places: [unread] }, "restricts"],
    ["its name is known all the same", { names: ["checkout"] }, { places: [unread] }, "yes"],
    ["labels of a whole cluster", { withoutLabels: ["tier"] }, { places: [everywhere] }, "restricts"],
    ["one of several hours", { hours: [sunday, saturday] }, {}, "yes"],
    ["no hour", { hours: [sunday] }, {}, "no"],
    ["outside", { outside: [sunday] }, {}, "yes"],
    ["not outside", { outside: [sunday, saturday] }, {}, "no"],
    ["a zone that does not exist", { hours: [{ ...saturday, zone: "Mars/Base" }] }, {}, "restricts"],
    ["a calendar's last day", { calendars: [never, today] }, {}, "yes"],
    ["no day of it", { calendars: [never] }, {}, "no"],
    ["outside calendars", { outsideCalendars: [never] }, {}, "yes"],
    ["not outside calendars", { outsideCalendars: [today] }, {}, "no"],
    ["a condition", { if: { expression: "'ops' in who.groups", zone: "UTC" } }, {}, "yes"],
    ["a condition that is false", { if: { expression: "verb == 'scale'", zone: "UTC" } }, {}, "no"],
    ["a condition that fails", { if: { expression: "args.to == '4'", zone: "UTC" } }, {}, "restricts"],
    ["a condition that cannot be read", { if: { expression: "verb ==", zone: "UTC" } }, {}, "restricts"],
    [
      "a condition in a zone that does not exist",
      { if: { expression: "now.hour > 0", zone: "Mars" } },
      {},
      "restricts",
    ],
    ["a condition that gives a text", { if: { expression: "verb", zone: "UTC" } }, {}, "restricts"],
    ["a no beside what is not known", { verbs: ["scale"], onCall: ["payments"] }, {}, "no"],
  ];
  for (const [name, match, question, expected] of cases)
    test(name, () => assert.equal(answer(match, question), expected));

  test("R12: who asks is told that it hangs on groups that are not known, and what to type", () => {
    const dba = { groups: [asGroupName("dba")] };
    const said = (rules: readonly Rule[], asker: Question["who"]) => {
      const decision = decidePolicy(makePolicy(rules), makeQuestion({ who: asker }));
      return decision.kind === "deny" ? `${decision.code}: ${decision.reason}` : decision.kind;
    };
    const lets = [makeRule("dbas", dba, allow)];
    assert.match(
      said(lets, old),
      /^groups-too-old: .* is for people in dba. What your sign-in said about your groups is too old, so it is not known whether you are in dba\.$/,
    );
    assert.match(said(lets, { ...old, subject: null }), /^not-linked: .* You have not signed in, so it is not known/);
    assert.match(
      said([makeRule("all", {}, allow), makeRule("not-dbas", dba, deny)], old),
      /^denied-by-policy: no What your sign-in .* To be known, type login\.$/,
    );
  });

  test("R9: to log out is no way around a denial by subject, and the refusal says what to type", () => {
    const named = { subjects: ["https://idp#2"] };
    const said = (rules: readonly Rule[]) => {
      const decision = decidePolicy(makePolicy(rules), makeQuestion({ who: unsigned }));
      return decision.kind === "deny" ? `${decision.code}: ${decision.reason}` : decision.kind;
    };
    const unknown = "You have not signed in, so it is not known whether this is about you.";
    assert.equal(
      said([makeRule("all", {}, allow), makeRule("not-2", named, deny)]),
      `denied-by-policy: no ${unknown} To be known, type login.`,
    );
    assert.match(
      said([makeRule("only-2", named, allow)]),
      /^not-linked: .* is for those whom the rule names\. You have not/,
    );
  });

  test("R12: a rule that does not surely match replaces none", () => {
    const relaxed = { ...makeRule("dbas", { groups: [asGroupName("dba")] }, allow), replaces: "all" };
    const decide = (asker: Question["who"]) =>
      decidePolicy(makePolicy([makeRule("all", {}, needs), relaxed]), makeQuestion({ who: asker })).kind;
    assert.equal(decide(old), "approvals");
    assert.equal(decide({ ...who, groups: [asGroupName("dba")] }), "allow");
  });

  test("the last minute of a calendar's day is that of its zone", () => {
    const at = (time: string) => answer({ calendars: [today] }, { now: Date.parse(time) });
    assert.equal(at("2026-11-21T23:59:00+01:00"), "yes");
    assert.equal(at("2026-11-22T00:00:00+01:00"), "no");
    assert.equal(at("2026-11-19T23:59:00+01:00"), "no");
  });

  test("the tree says what could not be decided, and how the rule reads it", () => {
    const match = { if: { expression: "args.to == '4'", zone: "UTC" } };
    const decision = decidePolicy(makePolicy([makeRule("late", match, deny)]), makeQuestion());
    assert.match(
      explain(decision).join("\n"),
      /if args\.to == '4': cannot be decided, .*; taken to match, since this rule restricts/,
    );
  });

  test("a freeze on the days of a calendar holds on them", () => {
    const freeze = (days: typeof today) => ({
      name: "quiet",
      match: makeMatch({}),
      window: { kind: "calendars", calendars: [days] } as const,
      reason: "holidays",
    });
    const decide = (days: typeof today) =>
      decidePolicy(makePolicy([makeRule("all", {}, allow)], [freeze(days)]), makeQuestion()).kind;
    assert.deepEqual([decide(today), decide(never)], ["deny", "allow"]);
  });
});

describe("what only may match adds its demands, and lets nothing", () => {
  const failing = { if: { expression: "args.to == '4'", zone: "UTC" } };

  test("approvals by a condition that fails are asked for where another rule lets, and let nothing alone", () => {
    const rule = makeRule("asks", failing, needs);
    assert.equal(decidePolicy(makePolicy([rule]), makeQuestion()).kind, "deny");
    assert.equal(decidePolicy(makePolicy([makeRule("all", {}, allow), rule]), makeQuestion()).kind, "approvals");
  });

  test("a rule that lets is not named where its condition fails", () => {
    const rules = [makeRule("all", {}, allow), makeRule("maybe", failing, allow)];
    const decision = decidePolicy(makePolicy(rules), makeQuestion());
    assert.ok(decision.kind === "allow");
    assert.deepEqual(decision.rules, ["all"]);
    assert.deepEqual(
      decision.because.map((node) => [node.rule, node.holds]),
      [
        ["all", true],
        ["maybe", false],
      ],
    );
  });

  test("a rule whose condition fails replaces nothing", () => {
    const rules = [
      makeRule("strict", {}, needs),
      makeRule("free", {}, allow),
      makeRule("loose", failing, needs, "strict"),
    ];
    const decision = decidePolicy(makePolicy(rules), makeQuestion());
    assert.ok(decision.kind === "approvals" && decision.rules.includes("strict"));
  });

  test("nobody escapes needed approvals by not signing in, and nobody is let by them either", () => {
    const asks = makeRule("asks", { assurance: "linked" }, needs);
    const asked = makeQuestion({ who: { ...who, assurance: "none" } });
    const alone = decidePolicy(makePolicy([asks]), asked);
    assert.ok(alone.kind === "deny" && alone.code === "not-linked" && alone.rule === "asks");
    assert.equal(decidePolicy(makePolicy([asks, makeRule("all", {}, allow)]), asked).kind, "approvals");
  });
});

describe("who has not signed in", () => {
  const unlinked = { ...who, assurance: "none" } as const;
  const rules = [
    makeRule("signed-in", { assurance: "linked" }, allow),
    makeRule("never", { namespaces: ["kube-*"] }, deny),
  ];

  test("is told that a sign-in is what is missing, by the rule that would let", () => {
    const decision = decidePolicy(makePolicy(rules), makeQuestion({ who: unlinked }));
    assert.ok(decision.kind === "deny" && decision.code === "not-linked" && decision.rule === "signed-in");
    assert.match(decision.reason, /“rollback” on .* is only for people who have signed in/);
  });

  test("is not told so where a sign-in would not help", () => {
    const narrow = makePolicy([makeRule("r", { assurance: "linked", verbs: ["scale"] }, allow)]);
    const decision = decidePolicy(narrow, makeQuestion({ who: unlinked }));
    assert.ok(decision.kind === "deny" && decision.code === "no-rule");
    const denied = decidePolicy(
      makePolicy(rules),
      makeQuestion({ who: unlinked, places: [makePlace({ namespace: "kube-system" })] }),
    );
    assert.ok(denied.kind === "deny" && denied.code === "denied-by-policy");
  });

  test("may ask for help, sign in and out, and learn who they are, without any rule", () => {
    const decide = (verb: string, list: readonly Rule[]) =>
      decidePolicy(makePolicy(list), makeQuestion({ who: unlinked, verb, verbKind: "read", places: [] }));
    for (const verb of ["help", "login", "logout", "whoami"]) {
      const decision = decide(verb, rules);
      assert.equal(decision.kind, "allow", verb);
      assert.equal(explain(decision, { rules: "deciding" })[0], "Allowed: everybody may.");
      assert.ok(mayEver(makePolicy(rules), verb, "read", makePerson("eve")), verb);
    }
    assert.equal(decide("status", rules).kind, "deny");
    assert.equal(decide("login", [makeRule("no", { subjects: ["U1"] }, deny)]).kind, "allow");
  });

  test("sees in help only what a rule lets them without it", () => {
    assert.ok(!mayEver(makePolicy(rules), "rollback", "change", makePerson("eve")));
    const linked = { ...makePerson("ana"), assurance: "linked" } as const;
    assert.ok(mayEver(makePolicy(rules), "rollback", "change", linked));
  });
});

describe("limits", () => {
  const limits = { replicas: 20, objects: 2, namespaces: 1, deletions: 1 };
  const scale: Rule = { ...makeRule("small", { clusters: ["prod"] }, allow), limits };
  const object = (name: string, more: object = {}) => makePlace({ name, operation: "update", ...more });
  const decide = (places: Question["places"], rules: readonly Rule[] = [scale]): Decision =>
    decidePolicy(makePolicy(rules), makeQuestion({ places }));
  const cases: readonly (readonly [string, Question["places"], string | null])[] = [
    ["just within", [object("a", { replicas: { before: 1, after: 20 } }), object("b")], null],
    [
      "too many pods",
      [object("a", { replicas: { before: 1, after: 40 } })],
      "40 replicas; rule small allows at most 20",
    ],
    ["too many objects", [object("a"), object("b"), object("c")], "3 objects; rule small allows at most 2"],
    ["an object that is relabelled is one", [object("a", { labels: { x: "1" } }), object("a"), object("b")], null],
    [
      "too many namespaces",
      [object("a"), object("a", { namespace: "web" })],
      "2 namespaces; rule small allows at most 1",
    ],
    [
      "too many deletions",
      [object("a", { operation: "delete" }), object("b", { operation: "delete" })],
      "2 deletions; rule small allows at most 1",
    ],
    ["nothing is counted of a scope", [everywhere], null],
  ];
  for (const [name, places, expected] of cases)
    test(name, () => {
      const decision = decide(places);
      if (expected === null) assert.equal(decision.kind, "allow");
      else assert.ok(decision.kind === "deny" && decision.code === "over-limit" && decision.reason === expected);
    });

  test("only objects that the rule matches are counted, and a rule that is replaced limits nothing", () => {
    const elsewhere = makeRule("elsewhere", { clusters: ["staging"] }, allow);
    const many = [object("a"), object("b"), ...["c", "d"].map((name) => object(name, { cluster: "staging" }))];
    assert.equal(decide(many, [scale, elsewhere]).kind, "allow");
    const three = [object("a"), object("b"), object("c")];
    assert.equal(decide(three, [scale, makeRule("more", {}, allow, "small")]).kind, "allow");
  });

  test("no approval lifts a limit", () => {
    assert.equal(decide([object("a"), object("b"), object("c")], [scale, makeRule("asks", {}, needs)]).kind, "deny");
  });
});
