// What a policy decides: the strictest rule wins, at every place (R16, R24).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { explain } from "../../src/approvals/explain.ts";
import { isInForce } from "../../src/approvals/freeze.ts";
import { covers, fits } from "../../src/approvals/glob.ts";
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
  minute,
  start,
  votes,
} from "./make.ts";

const allow = { kind: "allow" } as const;
const deny = { kind: "deny", reason: "no" } as const;
const needs = (count: number, ...groups: readonly string[]) =>
  ({ kind: "approvals", requirement: makeRequirement(votes(count, ...groups)) }) as const;

const rules = {
  all: makeRule("all", {}, allow),
  production: makeRule("production", { environments: ["production"] }, needs(1, "platform")),
  payments: makeRule("payments", { namespaces: ["payments"] }, needs(1, "payments-leads")),
  never: makeRule("never", { namespaces: ["kube-*"] }, deny),
};
const policy = makePolicy(Object.values(rules));

function at(...namespaces: readonly string[]): Decision {
  return decidePolicy(policy, makeQuestion({ places: namespaces.map((namespace) => makePlace({ namespace })) }));
}

describe("R16: all rules that match combine, and the strictest wins", () => {
  test("approvals beat allow, and approvals of two rules are both needed", () => {
    const decision = at("payments");
    assert.ok(decision.kind === "approvals");
    assert.deepEqual(decision.rules, ["production", "payments"]);
    assert.deepEqual(decision.requirement.need, {
      kind: "all",
      of: [votes(1, "platform"), votes(1, "payments-leads")],
    });
  });

  test("a denial beats everything, wherever it stands", () => {
    for (const order of [Object.values(rules), Object.values(rules).reverse()]) {
      const decision = decidePolicy(
        makePolicy(order),
        makeQuestion({ places: [makePlace({ namespace: "kube-system" })] }),
      );
      assert.ok(decision.kind === "deny" && decision.code === "denied-by-policy" && decision.rule === "never");
    }
  });

  test("no rule denies with no-rule", () => {
    const decision = decidePolicy(makePolicy([rules.payments]), makeQuestion());
    assert.ok(decision.kind === "deny" && decision.code === "no-rule");
    assert.match(decision.reason, /rollback.*prod:shop\/deployment\.apps\/checkout/);
  });

  test("an object elsewhere neither sheds a rule nor slips in without one", () => {
    assert.deepEqual(at("shop", "payments"), at("shop", "payments"));
    const both = at("shop", "payments");
    assert.ok(both.kind === "approvals" && both.rules.includes("payments"));
    assert.equal(at("shop", "kube-system").kind, "deny");
    const narrow = makePolicy([makeRule("shop", { namespaces: ["shop"] }, allow)]);
    const places = [makePlace(), makePlace({ namespace: "other" })];
    const decision = decidePolicy(narrow, makeQuestion({ places }));
    assert.ok(decision.kind === "deny" && decision.code === "no-rule");
  });

  test("only an explicit replaces relaxes, and only where its rule matches", () => {
    const quick = makeRule("quick", { verbs: ["rollback"] }, needs(1, "sre"), "payments");
    const with_ = makePolicy([rules.payments, quick]);
    const asked = (verb: string) =>
      decidePolicy(with_, makeQuestion({ verb, places: [makePlace({ namespace: "payments" })] }));
    const [rollback, scale] = [asked("rollback"), asked("scale")];
    assert.ok(rollback.kind === "approvals" && scale.kind === "approvals");
    assert.deepEqual(rollback.requirement.need, votes(1, "sre"));
    assert.deepEqual(scale.requirement.need, votes(1, "payments-leads"));
  });

  test("what replaces a replacing rule brings the first one back; a circle denies", () => {
    const [a, b, c] = [makeRule("a", {}, needs(1, "x")), makeRule("b", {}, allow, "a"), makeRule("c", {}, allow, "b")];
    const back = decidePolicy(makePolicy([a, b, c]), makeQuestion());
    assert.ok(back.kind === "approvals" && back.rules.includes("a"));
    const circle = decidePolicy(makePolicy([{ ...a, replaces: "b" }, b]), makeQuestion());
    assert.equal(circle.kind, "deny");
  });

  test("the strictest of every field counts", () => {
    const one = makeRequirement(votes(1, "a"), {
      denyThreshold: 2,
      vetoGroups: [asGroupName("v")],
      expiresInMs: 10,
      tell: ["#x"],
    });
    const two = makeRequirement(votes(2, "a"), {
      startWithinMs: 5,
      reasonToAsk: { kind: "required" },
      expiresInMs: 20,
    });
    const both = makePolicy([
      makeRule("1", {}, { kind: "approvals", requirement: one }),
      makeRule("2", {}, { kind: "approvals", requirement: two }),
    ]);
    const decision = decidePolicy(both, makeQuestion());
    assert.ok(decision.kind === "approvals");
    assert.deepEqual(decision.requirement, {
      ...{ need: votes(2, "a"), denyThreshold: 1, vetoGroups: ["v"], expiresInMs: 10, startWithinMs: 5, tell: ["#x"] },
      ...{ reasonToAsk: { kind: "required" }, reasonToApprove: { kind: "optional" } },
    });
  });

  test("law: one more rule without replaces never turns no into yes nor lessens what is needed", () => {
    const places = fc.array(
      fc.constantFrom("shop", "payments", "kube-system").map((namespace) => makePlace({ namespace })),
      { minLength: 1, maxLength: 3 },
    );
    const extra = fc.constantFrom(deny, needs(1, "a"), needs(2, "b"));
    fc.assert(
      fc.property(places, extra, (asked, effect) => {
        const question = makeQuestion({ places: asked });
        const before = decidePolicy(policy, question);
        const after = decidePolicy(makePolicy([...policy.rules, makeRule("extra", {}, effect)]), question);
        const rank = { allow: 0, approvals: 1, deny: 2 };
        assert.ok(rank[after.kind] >= rank[before.kind]);
      }),
    );
  });
});

describe("conditions", () => {
  const cases: readonly (readonly [string, Partial<Match>, Partial<Question>, boolean])[] = [
    ["a verb", { verbs: ["rollback"] }, {}, true],
    ["another verb", { verbs: ["scale", "set *"] }, {}, false],
    ["a verb by its star", { verbs: ["set *"] }, { verb: "set image" }, true],
    ["the kind of verb", { verbKinds: ["read"] }, {}, false],
    [
      "a group of the asker",
      { groups: [asGroupName("ops")] },
      { who: { userId: "U", groups: [asGroupName("ops")], assurance: "none" } },
      true,
    ],
    ["no group of the asker", { groups: [asGroupName("ops")] }, {}, false],
    ["a cluster", { clusters: ["prod"] }, {}, true],
    ["another kind", { kinds: ["configmap"] }, {}, false],
    ["kinds of a group", { kinds: ["*.apps"] }, {}, true],
    ["a name", { names: ["check*"] }, {}, true],
    ["a label", { labels: { tier: "1" } }, { places: [makePlace({ labels: { tier: "1" } })] }, true],
    ["a missing label", { labels: { tier: "1" } }, {}, false],
    ["a label named like a prototype's member (T17)", { labels: { constructor: "x" } }, {}, false],
    ["a risk", { risks: ["deletion"] }, { risks: ["deletion"] }, true],
    ["no such risk", { risks: ["deletion"] }, { risks: ["scale-down"] }, false],
    ["an argument", { args: { to: ["41", "42"] } }, { args: { to: "42" } }, true],
    ["an argument that was not given", { args: { to: ["*"] } }, {}, false],
    ["an argument named like a prototype's member (T17)", { args: { toString: ["*"] } }, {}, false],
    ["everything at once", { verbs: ["rollback"], namespaces: ["shop"], kinds: ["deployment.apps"] }, {}, true],
    ["all but one", { verbs: ["rollback"], namespaces: ["web"], kinds: ["deployment.apps"] }, {}, false],
  ];
  for (const [name, match, question, matches] of cases)
    test(name, () => {
      const decision = decidePolicy(makePolicy([makeRule("r", match, allow)]), makeQuestion(question));
      assert.equal(decision.kind, matches ? "allow" : "deny");
    });

  test("a read of a whole cluster may see what a denial names, and is not let by a rule about one namespace", () => {
    const everything = makePlace({ namespace: null, kind: "", name: "" });
    const read = { verb: "get", verbKind: "read", places: [everything] } as const;
    assert.equal(decidePolicy(makePolicy([rules.all, rules.never]), makeQuestion(read)).kind, "deny");
    const narrow = makePolicy([makeRule("shop", { namespaces: ["shop"] }, allow)]);
    assert.equal(decidePolicy(narrow, makeQuestion(read)).kind, "deny");
  });

  test("verbs about the bot itself match only rules that ask for no place", () => {
    const halt = { verb: "halt", places: [] };
    assert.equal(
      decidePolicy(makePolicy([makeRule("h", { verbs: ["halt"] }, allow)]), makeQuestion(halt)).kind,
      "allow",
    );
    assert.equal(
      decidePolicy(makePolicy([makeRule("h", { clusters: ["prod"] }, allow)]), makeQuestion(halt)).kind,
      "deny",
    );
  });

  test("law: stars match as a slow search does", () => {
    const text = fc.stringMatching(/^[ab*]{0,6}$/);
    const slow = (p: string, v: string): boolean =>
      p === ""
        ? v === ""
        : p[0] === "*"
          ? slow(p.slice(1), v) || (v !== "" && slow(p, v.slice(1)))
          : p[0] === v[0] && slow(p.slice(1), v.slice(1));
    const value = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(
      fc.property(text, value, (p, v) => fits(p, v) === slow(p, v)),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(text, text, value, (o, i, v) => !(covers(o, i) && fits(i, v)) || fits(o, v)),
      { numRuns: 2_000 },
    );
  });
});

describe("what cannot wait for votes", () => {
  const asks = { kind: "approvals", requirement: makeRequirement(votes(1, "platform")) } as const;
  const lets = makeRule("reads", { verbKinds: ["read", "own"] }, { kind: "allow" });
  const said = (rules: readonly Rule[], more: Partial<Question>) => {
    const decision = decidePolicy(makePolicy(rules), makeQuestion(more));
    return decision.kind === "deny" ? `${decision.code}: ${decision.reason}` : decision.kind;
  };

  test("a read that a rule asks approvals for is refused, with the rule and what to write, also beside one that allows it", () => {
    const rules = [makeRule("payments", { namespaces: ["payments"] }, asks)];
    const read = { verb: "logs", verbKind: "read", places: [makePlace({ namespace: "payments" })] } as const;
    const wanted =
      "cannot-wait: “logs” only shows something, so it can't wait for the approvals that rule “payments” asks for. Whoever keeps the policy: write “actions: change” there, and a rule with “allow” or “deny” for what is looked at.";
    assert.equal(said(rules, read), wanted);
    assert.equal(said([lets, ...rules], read), wanted);
    assert.equal(said([lets, ...rules], { ...read, places: [makePlace({ namespace: "shop" })] }), "allow");
    assert.equal(said(rules, { ...read, verb: "restart", verbKind: "change" }), "approvals");
    assert.equal(
      said([lets, makeRule("mine", { ...{ verbs: ["logs"] } }, { kind: "allow" }, "payments"), ...rules], read),
      "allow",
    );
  });

  test("can-i only tells of a rule, so one that asks for approvals lets it; what denies or lets nobody does not", () => {
    const rules = [makeRule("production", {}, asks)];
    const canI = { verb: "can-i", verbKind: "read" } as const;
    assert.equal(said(rules, canI), "allow");
    assert.equal(said([lets, ...rules], canI), "allow");
    assert.match(said([...rules, makeRule("no", {}, { kind: "deny", reason: "no" })], canI), /^denied-by-policy/);
    assert.match(said([makeRule("others", { namespaces: ["x"] }, asks)], canI), /^no-rule/);
    assert.match(
      said([makeRule("maybe", { if: { expression: "args.to == '4'", zone: "UTC" } }, asks)], canI),
      /^no-rule/,
      "what may match lets nothing here either",
    );
    const ann = makePerson("ann");
    assert.equal(mayEver(makePolicy(rules), "can-i", "read", ann), true);
  });

  test("what is done at once is refused alike, and help lists neither", () => {
    const rules = [makeRule("all", {}, asks)];
    assert.match(
      said(rules, { verb: "revoke", verbKind: "own", places: [] }),
      /^cannot-wait: “revoke” is done at once/,
    );
    const ann = makePerson("ann");
    const listed = (kind: Question["verbKind"]) => mayEver(makePolicy(rules), "x", kind, ann);
    assert.deepEqual([listed("read"), listed("own"), listed("change")], [false, false, true]);
  });
});

describe("R24: freezes", () => {
  const between = { kind: "between", from: start, until: start + minute } as const;
  const freeze = {
    name: "quiet",
    match: makeMatch({ environments: ["production"] }),
    window: between,
    reason: "holidays",
  };
  const frozen = makePolicy([rules.all], [freeze]);

  test("a change in a freeze is refused with its name, from the first moment until before the last", () => {
    const kindAt = (now: number) => decidePolicy(frozen, makeQuestion({ now })).kind;
    assert.deepEqual([start - 1, start, start + minute - 1, start + minute].map(kindAt), [
      "allow",
      "deny",
      "deny",
      "allow",
    ]);
    const decision = decidePolicy(frozen, makeQuestion());
    assert.ok(
      decision.kind === "deny" &&
        decision.code === "frozen" &&
        decision.rule === "quiet" &&
        decision.reason === "holidays",
    );
  });

  test("reads, dry runs, other places and the bot's own settings are not frozen", () => {
    const others: readonly Partial<Question>[] = [
      { verbKind: "read" },
      { dryRun: true },
      { places: [makePlace({ environment: "staging" })] },
      { verb: "halt", places: [] },
    ];
    for (const question of others)
      assert.equal(decidePolicy(frozen, makeQuestion(question)).kind, "allow", JSON.stringify(question));
  });

  test("weekly hours hold in their own zone, past midnight and through the change of clocks", () => {
    const weekly = (fromMinute: number, untilMinute: number, zone = "UTC") =>
      ({ kind: "weekly", zone, days: [5], fromMinute, untilMinute }) as const;
    const friday = Date.UTC(2026, 10, 20);
    const hours = (hour: number) => friday + hour * 60 * minute;
    assert.deepEqual(
      [15, 16, 23.5, 24].map((hour) => isInForce(weekly(16 * 60, 24 * 60), hours(hour))),
      [false, true, true, false],
    );
    assert.deepEqual(
      [21, 22, 26, 30].map((hour) => isInForce(weekly(22 * 60, 6 * 60), hours(hour))),
      [false, true, true, false],
    );
    assert.ok(isInForce(weekly(16 * 60, 17 * 60, "Europe/Berlin"), hours(15.5)));
    const summerFriday = Date.UTC(2026, 6, 3);
    assert.ok(isInForce(weekly(16 * 60, 17 * 60, "Europe/Berlin"), summerFriday + 14.5 * 60 * minute));
  });
});

describe("reasons and help", () => {
  test("the tree says for each rule and condition whether it holds and what came", () => {
    const lines = explain(at("payments"));
    assert.equal(lines[0], "Needs 1 of platform and 1 of payments-leads by production, payments.");
    assert.ok(lines.includes("✓ payments matches and asks for approvals"));
    assert.ok(lines.includes("  ✗ namespace: payments; the rule asks for kube-*"));
  });

  test("what decides comes first, and a rule that does not match shows only what failed", () => {
    const shop = makeRule("shop", { namespaces: ["shop"], environments: ["production"] }, allow);
    const decision = decidePolicy(
      makePolicy([shop, rules.all]),
      makeQuestion({ places: [makePlace({ namespace: "web" })] }),
    );
    assert.deepEqual(explain(decision), [
      "Allowed by all.",
      "✓ all matches and allows",
      "✗ shop does not match",
      "  ✗ namespace: web; the rule asks for shop",
    ]);
  });

  test("help lists what some rule could let, and not what a rule denies everywhere", () => {
    const nobody = makePerson("x");
    assert.ok(mayEver(policy, "rollback", "change", nobody));
    const closed = makePolicy([rules.all, makeRule("closed", { verbs: ["delete"] }, deny)]);
    assert.ok(!mayEver(closed, "delete", "change", nobody));
    assert.ok(!mayEver(makePolicy([makeRule("g", { groups: [asGroupName("g")] }, allow)]), "get", "read", nobody));
  });
});
