// CEL conditions: what is refused at load, what is bounded, and that a mistake never lets anything (R15, T17, T18).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { alwaysGives } from "../../src/approvals/cel/constant.ts";
import { readExpression } from "../../src/approvals/cel/expression.ts";
import { groupsAskedIn } from "../../src/approvals/cel/groups.ts";
import { typeCheck } from "../../src/approvals/cel/type-check.ts";
import { ifConditions } from "../../src/approvals/match-if.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { restrictingGroups } from "../../src/approvals/restricting.ts";
import { asGroupName } from "../../src/core/ids.ts";
import type { Question } from "../../src/core/policy.ts";
import { ownWorkMs } from "../support/own-work.ts";
import { makeMatch, makePlace, makePolicy, makeQuestion, makeRule } from "./make.ts";

function problem(text: string): string {
  const read = readExpression(text);
  if (read.kind === "bad") return read.says;
  return typeCheck(read.expression.root)
    .problems.map((one) => one.says)
    .join("; ");
}

const place = makePlace({
  labels: { tier: "1", constructor: "x" },
  operation: "update",
  replicas: { before: 3, after: 9 },
});
const question = makeQuestion({
  verb: "scale",
  args: { replicas: "9" },
  who: { userId: "U1", groups: [asGroupName("ops")], assurance: "linked", subject: "https://idp#1", onCall: ["shop"] },
  places: [place, makePlace({ name: "cart", operation: "delete" })],
  risks: ["scale-down"],
  reason: "OPS-12 sale",
  now: Date.parse("2026-03-29T01:30:00Z"),
});

/** At the first place: true, false, or why neither. */
function evaluate(expression: string, asked: Question = question, zone = "Europe/Berlin"): boolean | string {
  const [condition] = ifConditions(makeMatch({ if: { expression, zone } }), asked)(0);
  assert.ok(condition !== undefined);
  return condition.holds === "open" ? condition.says : condition.holds === "yes";
}

describe("what an expression may say", () => {
  const right: Readonly<Record<string, boolean>> = {
    "verb == 'scale' && action == 'change'": true,
    "int(args.replicas) > 8": true,
    "'ops' in who.groups && who.assurance == 'linked' && who.subject == 'https://idp#1'": true,
    "who.onCall.exists(name, name == 'shop')": true,
    "place.environment == 'production' && place.kind == 'deployment.apps'": true,
    "places.all(p, p.namespace == 'shop')": true,
    "places.exists_one(p, p.operation == 'delete')": true,
    "places.filter(p, p.replicas.after > 5).size() == 1": true,
    "places.map(p, p.name) == ['checkout', 'cart']": true,
    "place.labels.tier == '1' && has(place.labels.constructor) && !has(place.labels.toString)": true,
    "'tier' in place.labels && place.labels['tier'].startsWith('1')": true,
    "place.replicas.after == place.replicas.before * 3": true,
    "plan.objects == 2 && plan.namespaces == 1 && plan.deletions == 1 && plan.replicas.after == 9": true,
    "'deletion' in risks || risks == ['scale-down']": true,
    "reason.matches('^OPS-[0-9]+') && reason.contains('sale') && size(reason) > 3": true,
    // Half past three, since clocks in Berlin were put forward half an hour ago.
    "now.date == '2026-03-29' && now.weekday == 'sun' && now.hour == 3 && now.minute == 30": true,
    "now.zone == 'Europe/Berlin'": true,
    "verb == 'scale' ? plan.objects > 5 : true": false,
    "place.name in ['cart', 'search']": false,
  };
  for (const [expression, expected] of Object.entries(right))
    test(expression, () => {
      assert.equal(problem(expression), "");
      assert.equal(evaluate(expression), expected);
    });
});

describe("R15: what is refused when a policy is loaded", () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    "verb ==": /column 6: found = but expecting/,
    "verb + verb": /gives a text, but true or false is needed/,
    foo: /names “foo”, which does not exist/,
    "place.nmae == 'x'": /a field “nmae” that is not there/,
    "verb == 1": /compares a text with a whole number, which are never equal/,
    "verb > 1": /“>” cannot take a text and a whole number/,
    "1 in who.groups": /looks for a whole number in a list that never holds one/,
    "verb in verb": /“in” cannot look for a text in a text/,
    "now.hour.minute == 1": /asks a whole number for its field “minute”/,
    "who == 'ana'": /compares a thing with the fields .* with a text/,
    "fly(verb)": /calls “fly”, which does not exist/,
    "verb.size() && true": /“&&” cannot take a whole number and true or false/,
    "plan.objects > 1.5": /a value that is no text, no whole number/,
    "reason.matches('(')": /not a pattern in RE2 syntax/,
    "reason.matches('(?=x)')": /not a pattern in RE2 syntax/,
    "reason.matches(verb)": /must be written out/,
    "places.exists(p, p)": /“\|\|” cannot take true or false and a thing/,
    "verb.exists(x, true)": /goes through a text as if it were a list/,
    "[1, 'a'] == []": /list holds both/,
    "{'a': 1}.a == 1": /builds a map or a message/,
    "places.exists(a, places.exists(b, places.exists(c, true)))": /more than 2 of exists/,
    [`verb == '${"x".repeat(1_000)}'`]: /has 1010 characters; write at most 500/,
    [`${"1+".repeat(200)}1 == 1`]: /parts; write several rules/,
    [`${"(".repeat(33)}true${")".repeat(33)}`]: /more than 32 deep/,
  };
  for (const [expression, says] of Object.entries(wrong))
    test(expression.slice(0, 60), () => assert.match(problem(expression), says));

  test("what gives the same whatever is asked is seen", () => {
    const gives = (text: string) => {
      const read = readExpression(text);
      return read.kind === "bad" ? assert.fail(read.says) : alwaysGives(read.expression.root);
    };
    assert.equal(gives("1 > 2"), false);
    assert.equal(gives("verb == 'scale' && 1 > 2"), false);
    assert.equal(gives("verb == 'scale' || 'a' == 'a'"), true);
    assert.equal(gives("verb == 'scale'"), null);
    assert.equal(gives("1 / 0 == 1"), null);
  });
});

describe("T18: hostile expressions and patterns are refused or decided within 50 ms", () => {
  const long = "a".repeat(2_990);
  const patterns = [
    "(a*)*b",
    "(a|aa)+$",
    "(a|a?)+b",
    "([a-z]+)*!",
    "(.*)*(.*)*(.*)*b",
    "(a?){1000}b",
    "a{1,1000}b",
    "(x+x+)+y",
  ];
  const texts = [
    "(".repeat(999),
    `${"[".repeat(30)}${"]".repeat(30)}`,
    "!".repeat(999),
    `${"-".repeat(990)}1`,
    "verb||".repeat(160),
    "a.b".repeat(330),
    "'".repeat(999),
    `${"{1:".repeat(30)}1${"}".repeat(30)}`,
    `${"x.exists(a,".repeat(30)}true${")".repeat(30)}`,
    `${"a?b:".repeat(200)}c`,
    "\n".repeat(999),
  ];
  for (const [index, text] of texts.entries())
    test(text.slice(0, 30), () => {
      let run = 0;
      const took = ownWorkMs(() => {
        run += 1;
        return readExpression(`${" ".repeat(run + 2 * index)}${text}`.slice(0, 500));
      });
      assert.ok(took < 50, `${took} ms`);
    });
  for (const pattern of patterns)
    test(pattern, () => {
      const asked = makeQuestion({ reason: long });
      const took = ownWorkMs(() => evaluate(`reason.matches('${pattern}')`, { ...asked }));
      assert.ok(took < 50, `${took} ms`);
    });

  test("work that grows with the plan is bounded, and what would be more is not decided", () => {
    const many = makeQuestion({
      places: Array.from({ length: 2_000 }, (_, index) => makePlace({ name: `part-${index}` })),
    });
    assert.match(
      String(evaluate("places.exists(p, places.exists(q, p.name == q.kind))", many)),
      /too much, with 2000 objects/,
    );
    assert.match(String(evaluate("places.exists(p, p.name == place.kind)", many)), /too much/);
    assert.equal(evaluate("places.exists(p, p.name == 'part-1999')", many), true);
    assert.equal(evaluate("place.name == 'part-0'", many), true);
  });
});

describe("what is not known is not made up", () => {
  const scope = makeQuestion({ places: [makePlace({ namespace: null, kind: "", name: "" })] });
  const unknown: readonly (readonly [string, Question])[] = [
    ["place.namespace != 'payments'", scope],
    ["place.name != 'x'", scope],
    ["!has(place.labels.tier)", scope],
    ["!('payments' in who.onCall)", makeQuestion()],
    ["place.cluster != 'x'", makeQuestion({ places: [] })],
    ["args.to != '4'", makeQuestion()],
    ["1 / plan.objects > 0", makeQuestion({ places: [] })],
    ["int(reason) > 3", question],
  ];
  for (const [expression, asked] of unknown)
    test(expression, () => assert.match(String(evaluate(expression, asked)), /cannot be decided/));

  test("names of values are never members of an object (T17)", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      assert.equal(evaluate(`has(args.${name})`), false, name);
      assert.match(String(evaluate(`args['${name}'] == 'x'`)), /cannot be decided/, name);
    }
  });

  test("law: an expression that fails never lets, whatever else it says", () => {
    const parts = [
      "verb == 'rollback'",
      "args.nope == 'x'",
      "1 / 0 == 0",
      "true",
      "false",
      "who.onCall == []",
      "int('x') > 1",
    ];
    const expression = fc
      .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 })
      .chain((drawn) => fc.constantFrom(" && ", " || ").map((sign) => drawn.map((one) => `(${one})`).join(sign)));
    fc.assert(
      fc.property(expression, (text) => {
        const match = { if: { expression: text, zone: "UTC" } };
        const asked = makeQuestion();
        const outcome = evaluate(text, asked);
        const lets = decidePolicy(makePolicy([makeRule("r", match, { kind: "allow" })]), asked).kind === "allow";
        const rules = [makeRule("all", {}, { kind: "allow" }), makeRule("r", match, { kind: "deny", reason: "no" })];
        const stops = decidePolicy(makePolicy(rules), asked).kind === "deny";
        assert.equal(lets, outcome === true);
        assert.equal(stops, outcome !== false);
      }),
      { numRuns: 300 },
    );
  });
});

test("groups that a condition looks for are restricting, whatever its rule does; where it goes through all, all are", () => {
  assert.deepEqual(groupsAskedIn("!('contractors' in who.groups) && verb == 'ops'"), ["contractors"]);
  assert.deepEqual(groupsAskedIn("who.assurance == 'linked'"), []);
  for (const text of [
    "who.groups.exists(g, g.startsWith('ext'))",
    "[who].size() > 1",
    "size(who.groups) == 0",
    "verb ==",
  ])
    assert.equal(groupsAskedIn(text), null, text);
  const groups = ["ops", "contractors"].map((name) => ({
    name: asGroupName(name),
    members: ["U1"],
    slackUserGroup: null,
  }));
  const restricting = (expression: string) => {
    const rule = makeRule("r", { if: { expression, zone: "UTC" } }, { kind: "allow" });
    return [...restrictingGroups({ ...makePolicy([rule]), groups })].sort();
  };
  assert.deepEqual(restricting("!('contractors' in who.groups)"), ["contractors"]);
  assert.deepEqual(restricting("who.groups == []"), ["contractors", "ops"]);
});
