// Everything that can be asked without changing anything, through the whole bot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fastClock } from "../support/fast-clock.ts";
import { sharedTown } from "../support/shared-town.ts";
import { ask, idOf, oneApproval, tell, wordsOf } from "../support/talk.ts";
import { ana, ben, breachesOf, eve, writesOf } from "../support/town.ts";

const town = await sharedTown({
  config: (text) =>
    oneApproval(text).replace(
      "  - name: platform\n",
      "  - name: night\n    members: [U0ANA0001]\n  - name: platform\n",
    ),
});
await town.startBot({ clock: fastClock(5) });
const id = idOf(await ask(town, ana, "rollback checkout because it crashes"));

const answers: readonly (readonly [string, RegExp, RegExp?])[] = [
  ["status", /production.*shop\/deploy\/checkout/s],
  ["status shop", /production:shop/],
  ["status payments", /production:shop\/payments.*3 of 3 pods ready/s],
  ["get pods -n shop", /cart-0/],
  ["get secrets -n shop", /checkout-database/, /not-a-real|bm90LWEt/],
  ["describe secret/checkout-database", /\*\*\*/, /not-a-real|bm90LWEt/],
  ["describe checkout", /production:shop\/deployment\/checkout/, /managedFields/],
  ["logs checkout --tail 3", /container checkout/],
  ["events shop --warnings", /warnings for production:shop|No warnings/],
  ["top pods -n shop", /MEMORY/],
  ["history checkout", /release v2\.41\.3/],
  ["help", /rollback TARGET/],
  ["help set image", /CONTAINER=IMAGE/],
  ["whoami", /night/],
  ["can-i rollback checkout", /Yes, when countersigned: two-people/],
  ["can-i delete ns/shop", /No: Namespaces are not deleted from chat\. \(no-namespace-deletes\)/],
  ["can-i fly", /“fly” is no verb/],
  ["approvals", /Roll back checkout/],
  ["approvals --mine", /Roll back checkout/],
  ["audit request.created --limit 1", /“request\.created” is no|request\.created/],
  ["audit verify", /There is no checkpoint|records/],
  ["rollout undo deployment/checkout", /Type: rollback deployment\/checkout/],
  ["rolback checkout", /Did you mean rollback\?/],
  ["rollback chekcout", /Did you mean production:shop\/deployment\/checkout\?/],
  ["status “shop”", /production:shop/],
];

for (const [text, says, never] of answers) {
  test(`/ops ${text}`, async () => {
    const answer = await tell(town, ana, text);
    assert.match(answer, says);
    if (never !== undefined) assert.doesNotMatch(answer, never);
  });
}

test("a request is told in full, with why and who can countersign it", async () => {
  assert.match(await tell(town, ana, `request ${id}`), /Roll back checkout.*it crashes/s);
  assert.match(await tell(town, eve, `why ${id}`), /Decided by the rule two-people.*Can countersign now/s);
  assert.match(await tell(town, ben, "approvals"), /Waiting for you/);
  assert.match(await tell(town, ben, "request r-0000000"), /There is no request r-0000000/);
  assert.match(await tell(town, ana, `audit ${id}`), new RegExp(id));
});

test("an answer with --share is for the whole channel", async () => {
  await town.slack.as(ana).command("#general", "/ops", "whoami --share");
  const general = town.slack.channel("#general")?.id;
  const shared = await town.slack.waitForMessage(
    (message) => message.channel === general && message.text.includes("You are"),
  );
  assert.match(wordsOf(shared), /Groups/);
});

test("nothing was written, and nothing went wrong", () => {
  assert.deepEqual(writesOf(town.cluster), []);
  // A watch that was opened anew is the machine's pace, not a fault.
  assert.deepEqual(
    town.faults.filter((fault) => fault.startsWith("error")),
    [],
  );
  assert.deepEqual(breachesOf(town.slack), []);
});
