// The policy's words in the whole bot: limits, tickets, hours and conditions, as people meet them (R16, R22, R24).
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/clock.ts";
import { ask, cardSays, idOf, tell } from "../support/talk.ts";
import { ana, ben, eve, startTown } from "../support/town.ts";

const policy = `policy:
  zone: Europe/Berlin
  rules:
    - name: reads
      when: { actions: read }
      allow: true
    - name: scaling
      when: { verbs: scale }
      approvals:
        count: 1
        from: [payments-leads, platform]
        ticket: { pattern: "OPS-[0-9]+", example: OPS-1 the sale, link: "https://jira.example.com/browse/{ticket}" }
        tell: "#payments"
        tellPeople: U0EVE0001
        tellGroups: platform
      limits: { replicas: 20 }
    - name: never-to-one
      when: { verbs: scale, if: plan.replicas.after == 1 }
      deny: One pod is none.
    - name: signed-in
      when: { verbs: restart, assurance: linked }
      allow: true
    - name: sometimes
      when:
        verbs: delete
        hours: [{ days: [mon], from: "08:00", until: "08:01" }]
      allow: true
`;

const config = (text: string) => text.replace(/^policy:\n(?:[ #].*\n|\n)*/m, policy);

test("limits, conditions and a missing sign-in refuse with the reason; a ticket stands on the card as a link", async (t) => {
  const town = await startTown(t, { config });
  await town.startBot();
  assert.match(
    await tell(town, ana, "scale shop/payments 40 because OPS-7 the sale"),
    /40 replicas; rule scaling allows at most 20/,
  );
  assert.match(await tell(town, ana, "scale shop/payments 1 because OPS-7 quiet"), /One pod is none\..*never-to-one/s);
  assert.match(
    await tell(town, ana, "scale shop/payments 5 because of the sale"),
    /a ticket is needed.*Name it in the reason, like this: OPS-1 the sale/s,
  );
  assert.match(await tell(town, ana, "restart shop/payments"), /only for people who have signed in.*Type login/s);
  assert.match(await tell(town, ana, "whoami"), /You are/);
  const card = await ask(town, ana, "scale shop/payments 5 because OPS-7 the sale");
  const says = await cardSays(town, card, /waits to be countersigned/);
  assert.match(says, /https:\/\/jira\.example\.com\/browse\/OPS-7/);
  const words = `${idOf(card)} waits to be countersigned`;
  const isTold = (messages: readonly { readonly text: string }[]) =>
    messages.filter((one) => one.text.startsWith(words)).length === 1 ? true : undefined;
  await town.slack.waitUntil(() => isTold(town.slack.messages("#payments")), "the channel to be told", 60_000);
  await town.slack.waitUntil(() => isTold(town.slack.directMessages(eve)), "Eve to be told", 60_000);
  assert.equal(isTold(town.slack.directMessages(ana)), undefined);
  await town.vote(ben, card, "approve");
  await cardSays(town, card, /is done and verified/);
  assert.deepEqual(town.faults, []);
});

test("can-i names who could countersign, the limits, and when a window opens", async (t) => {
  const town = await startTown(t, { config });
  // A Monday, seven o'clock in Berlin.
  await town.startBot({ clock: { ...systemClock, now: () => Date.parse("2026-11-23T06:00:00Z") } });
  const scale = await tell(town, ana, "can-i scale shop/payments");
  assert.match(scale, /Yes, when countersigned: scaling/);
  assert.match(scale, new RegExp(`Can countersign now:.*${ben}`, "s"));
  assert.doesNotMatch(scale, new RegExp(`Can countersign now:[^\\n]*${ana}`));
  assert.match(scale, /limit on replicas: at most 20/);
  assert.match(
    await tell(town, ana, "can-i delete shop/payments"),
    /From 08:00 \(Europe\/Berlin\) it would be allowed\./,
  );
});

test("a read that only a rule with approvals matches is refused with the rule and what to write, and nothing is read", async (t) => {
  const town = await startTown(t, {
    config: (text) =>
      text
        .replace(
          "when: { actions: read, groups: engineers }",
          "when: { actions: read, groups: engineers, verbs: can-i }",
        )
        .replace(
          "  rules:\n",
          "  rules:\n    - { name: data, when: { namespaces: data }, approvals: { count: 1, from: platform } }\n",
        ),
  });
  await town.startBot();
  town.cluster.forgetRequests();
  const said = /“get” only shows something, so it can't wait for the approvals that rule “data” asks for/;
  assert.match(await tell(town, ana, "get configmaps -n data"), said);
  assert.deepEqual(
    town.cluster.requests().filter(({ path }) => path.includes("/data/configmaps")),
    [],
  );
});
