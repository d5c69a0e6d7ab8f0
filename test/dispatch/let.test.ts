// Verbs about oneself need no rule; what takes from others needs one that names it; who is not linked is told to sign in.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../src/core/config.ts";
import { decideVerb, deniedWords, mayEverUse } from "../../src/dispatch/let.ts";
import { makePerson, makePolicy, makeQuestion, makeRule } from "../approvals/make.ts";

const ana = makePerson("U1");
const question = (verb: string, verbKind: "read" | "own") => makeQuestion({ verb, verbKind, places: [] });
const lets = (policy: ReturnType<typeof makePolicy>, verb: string, kind: "read" | "own") =>
  decideVerb(policy, question(verb, kind)).kind === "allow" && mayEverUse(policy, verb, kind, ana);

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
  const denied = decideVerb(makePolicy([]), question("get", "read"));
  assert.ok(denied.kind === "deny");
  const linked = { ...ana, subject: { issuer: "https://id.example.com", subject: "ana" } };
  const words = (identity: object | null, person = ana) =>
    deniedWords({ config: { identity } as Config }, denied, { person, about: "", hint: "" });
  assert.equal(words({}).code, "not-linked");
  assert.match(
    `${words({}).message} ${words({}).hint}`,
    /No rule lets you use “get”.* You have not signed in.*Type login/,
  );
  assert.equal(words(null).code, "no-rule");
  assert.equal(words({}, linked).code, "no-rule");
});
