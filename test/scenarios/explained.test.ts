// Why, can-i and replay on requests as people make them: the reasons are those of the decision, and the names those who can act.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { runCli } from "../cli/capture.ts";
import { ask, cardSays, idOf, tell } from "../support/talk.ts";
import { ana, ben, chloe, dev, eve, startTown } from "../support/town.ts";

const stays = `    - name: payments-stays
      when: { verbs: restart, labels: { team: payments } }
      deny: Payments restarts by itself.
    - name: big
      when: { verbs: scale, if: plan.replicas.after > plan.replicas.before * 2 }
      approvals: { count: 1, from: security, reasonToApprove: required }
`;
const config = (text: string) => text.replace("    - name: dangerous-pods\n", `${stays}    - name: dangerous-pods\n`);

/** Whom an answer names as those who can countersign. */
const canNow = (answer: string): string => answer.split("Can countersign now:")[1] ?? "";

test("why tells the rules with what each found, who voted, what is missing and who could give it, until the end", async (t) => {
  const town = await startTown(t, { config });
  await town.startBot();
  const card = await ask(town, ana, "scale shop/payments 9 because OPS-7 the sale");
  const id = idOf(card);
  const first = await tell(town, dev, `why ${id}`);
  assert.match(first, /Scale payments in shop on production from 3 to 9 replicas is pending/);
  assert.match(first, /Decided by the rules two-people, big\./);
  assert.match(first, /✓ two-people matches and asks for approvals\n {2}✓ action: change; the rule asks for change/);
  assert.match(first, /✓ big matches and asks for approvals\n {2}✓ verb: scale.*\n {2}✓ if plan\.replicas\.after/);
  assert.doesNotMatch(first, /payments-stays/, "rules that had no say are can-i's to tell");
  assert.match(first, /is pending\.\n/, "what is missing is said once, below");
  assert.match(first, /It needs 2 of payments-leads or platform and 1 of security\.\n/);
  assert.doesNotMatch(first, /Needs |By the policy of now/, "and the need once");
  assert.match(first, /Still needed: 2 of payments-leads or platform and 1 of security/);
  assert.deepEqual(
    [ben, chloe, eve, ana].map((user) => canNow(first).includes(user)),
    [true, true, true, false],
  );

  await town.vote(ben, card, "approve", "it is the sale");
  const second = await tell(town, dev, `why ${id}`);
  assert.ok(second.includes(ben), "who has voted is named");
  assert.match(second, /Still needed: 1 of payments-leads or platform and 1 of security/);
  assert.deepEqual(
    [ben, chloe].map((user) => canNow(second).includes(user)),
    [false, true],
  );

  await town.vote(chloe, card, "deny", "not tonight");
  await cardSays(town, card, /denied/);
  const last = await tell(town, dev, `why ${id}`);
  assert.match(last, /is denied by .*\./);
  assert.match(last, /not tonight/);
  assert.match(last, /It needed 2 of payments-leads or platform and 1 of security\.\n/);
  assert.doesNotMatch(last, /It needs|Still needed|Can countersign now/);
  assert.match(await tell(town, dev, "why r-0000000"), /There is no request r-0000000/);
  assert.deepEqual(town.faults, []);
});

test("can-i answers by the labels that the object has, and names the rule that would deny", async (t) => {
  const town = await startTown(t, { config });
  await town.startBot();
  const no = await tell(town, ana, "can-i restart shop/payments");
  assert.match(no, /No: Payments restarts by itself\. \(payments-stays\)/);
  assert.match(no, /✓ label team: payments; the rule asks for payments/);
  const yes = await tell(town, ana, "can-i restart shop/cart");
  assert.match(yes, /Yes, when countersigned: two-people/);
  assert.match(yes, /✗ label team: storefront; the rule asks for payments/);
  assert.match(
    await tell(town, ana, "can-i restart shop/"),
    /No: Payments restarts by itself\./,
    "any of them may be payments",
  );
  const twoWords = await tell(town, ana, "can-i set-image shop/cart");
  assert.match(twoWords, /Yes, when countersigned: two-people/);
  assert.match(await tell(town, ana, "can-i policy-apply"), /Yes, when countersigned: two-people/);
  assert.match(await tell(town, ana, "can-i help"), /Yes: everybody may use help/);
});

test("who may ask for a change may ask about it, where the rule that asks for approvals is not about changes alone", async (t) => {
  const town = await startTown(t, {
    config: (text) => text.replace("when: { actions: change, groups: engineers }", "when: { groups: engineers }"),
  });
  await town.startBot();
  assert.match(
    await tell(town, ana, "get pods -n shop"),
    /“get” only shows something, so it can't wait for the approvals that rule/,
  );
  const answer = await tell(town, ana, "can-i scale shop/cart");
  assert.match(answer, /Yes, when countersigned: two-people/);
  assert.deepEqual(
    [ben, ana].map((user) => canNow(answer).includes(user)),
    [true, false],
  );
  assert.doesNotMatch(answer, /a fault/);
});

test("replay of what people asked: a rule that goes, one that comes, and a fresh sign-in that is not asked for any more", async (t) => {
  const town = await startTown(t, { config });
  await town.startBot();
  const big = await ask(town, ana, "scale shop/payments 9 because OPS-7 the sale");
  const small = await ask(town, ana, "scale shop/cart 4");
  assert.match(await tell(town, eve, "restart shop/payments"), /Payments restarts by itself/);
  const { configFile } = town;
  const edit = (from: string, to: string) => {
    const text = readFileSync(configFile, "utf8");
    assert.ok(text.includes(from), from);
    writeFileSync(configFile, text.replace(from, to));
  };
  edit("reasonToApprove: required }\n    - name: dangerous", "reasonToApprove: optional }\n    - name: dangerous");
  edit("      deny: Payments restarts by itself.\n", "      approvals: { count: 1, from: security }\n");
  const { code, out } = await runCli(["policy", "replay", configFile, "--since", "1h"]);
  assert.equal(code, 0);
  assert.match(
    out,
    /^3 recorded requests of the last 1h, .*: 2 would have differed, 2 of them with less than was needed then\./,
  );
  assert.match(out, new RegExp(`weaker {3}.* ${idOf(big)} scale .*\\n.*with a reason to approve → needs`));
  assert.match(out, /weaker {3}.* record \d+ restart \(.*\)\n.*refused → needs/);
  assert.doesNotMatch(out, new RegExp(idOf(small)));
});
