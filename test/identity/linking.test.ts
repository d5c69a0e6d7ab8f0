// When a link may be made: one active account per subject, one subject per account.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRefusal } from "../../src/core/refusal.ts";
import { decideLink, type LinkFacts } from "../../src/identity/linking.ts";
import { account, accountLink, hour, makeLink, proven, start } from "./make.ts";

const facts = (more: Partial<LinkFacts> = {}): LinkFacts => ({
  ...{ id: "new", account: account("U1"), proven: proven("ana", { groups: ["sre"] }), now: start + hour },
  ...{ ofAccount: null, ofSubject: null, outdated: null, otherAccount: "active", ...more },
});
const asWords = (more: Partial<LinkFacts>): string => {
  const decided = decideLink(facts(more));
  return isRefusal(decided) ? decided.code : `${decided.kind} ends ${decided.ends.map((one) => one.id).join(",")}`;
};

const ofU2 = accountLink("U2", "ana");
const table: readonly (readonly [string, Partial<LinkFacts>, string])[] = [
  ["nobody is linked", {}, "link ends "],
  ["the subject has another active account", { ofSubject: ofU2 }, "linked-elsewhere"],
  ["the subject's other account is gone", { ofSubject: ofU2, otherAccount: "gone" }, "relink ends U2-ana"],
  ["it is not known whether it is gone", { ofSubject: ofU2, otherAccount: "unknown" }, "identity-unknown"],
  ["the account is linked to this subject", { ofAccount: accountLink("U1", "ana") }, "refresh ends "],
  ["the account is linked to another subject", { ofAccount: accountLink("U1", "eve") }, "linked-elsewhere"],
  ["the account has a link of a former provider", { outdated: accountLink("U1", "old") }, "link ends U1-old"],
];
for (const [when, more, says] of table) test(`R9: ${when}: ${says}`, () => assert.equal(asWords(more), says));

test("a refreshed link keeps since when and the last step-up; a new one has none", () => {
  const before = accountLink("U1", "ana", { link: makeLink("ana", { steppedUpAt: start + 5, groups: ["old"] }) });
  const again = decideLink(facts({ ofAccount: before }));
  assert.ok(!isRefusal(again));
  assert.deepEqual(
    [again.made.link.linkedAt, again.made.link.seenAt, again.made.link.steppedUpAt, again.made.link.groups],
    [start, start + hour, start + 5, ["sre"]],
  );
  const first = decideLink(facts());
  assert.ok(!isRefusal(first));
  assert.equal(first.made.link.steppedUpAt, null);
});
