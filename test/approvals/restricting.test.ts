// Which groups take something from their members.
import assert from "node:assert/strict";
import { test } from "node:test";
import { restrictingGroups } from "../../src/approvals/restricting.ts";
import { asGroupName } from "../../src/core/ids.ts";
import { makeMatch, makePolicy, makeRequirement, makeRule, start, votes } from "./make.ts";

const of = (name: string) => ({ groups: [asGroupName(name)] });

test("groups that a denial, a need or a freeze is matched by, and those with a veto; not those that only permit", () => {
  const requirement = makeRequirement(votes(1, "approvers"), { vetoGroups: [asGroupName("security")] });
  const rules = [
    makeRule("lets", of("permitted"), { kind: "allow" }),
    makeRule("denies", of("contractors"), { kind: "deny", reason: "no" }),
    makeRule("asks", of("newcomers"), { kind: "approvals", requirement }),
  ];
  const window = { kind: "between", from: start, until: start + 1 } as const;
  const freezes = [{ name: "freeze", match: makeMatch(of("frozen")), window, reason: "no" }];
  assert.deepEqual([...restrictingGroups(makePolicy(rules, freezes))].sort(), [
    "contractors",
    "frozen",
    "newcomers",
    "security",
  ]);
});
