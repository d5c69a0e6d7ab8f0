// Verbs about oneself need no rule; what takes from others needs one that names it; who is not linked is told to sign in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mayEver } from "../../src/approvals/may-ever.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { denied } from "../../src/dispatch/denied.ts";
import { makePerson, makePolicy, makeQuestion, makeRule } from "../approvals/make.ts";

const ana = makePerson("U1");
const question = (verb: string, verbKind: "read" | "own") => makeQuestion({ verb, verbKind, places: [] });
const lets = (policy: ReturnType<typeof makePolicy>, verb: string, kind: "read" | "own") =>
  decidePolicy(policy, question(verb, kind)).kind === "allow" && mayEver(policy, verb, kind, ana);

test("help, login, logout and whoami are let without a rule, and against one", () => {
  const nothing = makePolicy([]);
  const never = makePolicy([makeRule("never", {}, { kind: "deny", reason: "no" })]);
  for (const policy of [nothing, never])
    for (const [verb, kind] of [
      ["help", "read"],
      ["whoami", "read"],
      ["login", "own"],
      ["logout", "own"],
    ] as const)
      assert.ok(lets(policy, verb, kind), verb);
  assert.ok(!lets(nothing, "approvals", "read"));
});

test("unlink is let by a rule that names it, and by no other; a denial denies it all the same", () => {
  const all = makeRule("all", { verbKinds: ["own"] }, { kind: "allow" });
  const named = makeRule("named", { verbs: ["unlink"] }, { kind: "allow" });
  const never = makeRule("never", { verbKinds: ["own"] }, { kind: "deny", reason: "no" });
  assert.ok(!lets(makePolicy([all]), "unlink", "own"));
  assert.ok(lets(makePolicy([all]), "cancel", "own"));
  assert.ok(lets(makePolicy([all, named]), "unlink", "own"));
  assert.ok(!lets(makePolicy([named, never]), "unlink", "own"));
});

test("not-linked: who is let by no rule and has not signed in is told to, where people sign in", () => {
  const decision = decidePolicy(makePolicy([]), question("get", "read"));
  assert.ok(decision.kind === "deny");
  const unlinked = denied(decision, { verb: "get", isUnlinked: true });
  assert.equal(unlinked.code, "not-linked");
  assert.match(
    `${unlinked.message} ${unlinked.hint}`,
    /No rule lets you use “get”.* You have not signed in.*Type login/,
  );
  assert.equal(denied(decision, { verb: "get" }).code, "no-rule");
});

test("a rule that only a sign-in is missing for is named; anything else names its rule and what explains it", () => {
  const rule = makeRule("signed-in", { assurance: "linked" }, { kind: "allow" });
  const decision = decidePolicy(makePolicy([rule]), question("get", "read"));
  assert.ok(decision.kind === "deny");
  assert.deepEqual(denied(decision, { verb: "get", about: "A plan" }), {
    kind: "refusal",
    code: "not-linked",
    message: "A plan: “get” is only for people who have signed in.",
    hint: "Type login, sign in, and try again. Rule: signed-in.",
  });
  const never = makeRule("never", {}, { kind: "deny", reason: "No." });
  const no = decidePolicy(makePolicy([never]), question("get", "read"));
  assert.ok(no.kind === "deny");
  assert.equal(denied(no, { verb: "set image", isUnlinked: true }).hint, "Rule: never. Type: can-i set-image");
});
