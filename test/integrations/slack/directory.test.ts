// Who may ask and vote, and where: T7's matrix, groups, the age of what is kept, and failing closed.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { defaultUsers, person } from "../../../demo/slack/seed.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { asGroupName, type GroupName } from "../../../src/core/ids.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { makeClients } from "../../../src/integrations/slack/clients.ts";
import { type Directory, makeDirectory } from "../../../src/integrations/slack/directory.ts";
import { isShared, whyNotMember } from "../../../src/integrations/slack/directory-rules.ts";
import { whereAmI } from "../../../src/integrations/slack/home.ts";
import { ANA, BEN, realClock, recordingLog } from "../../support/slack-bench.ts";

const leads = asGroupName("payments-leads");
const lost = asGroupName("lost");
const home = { teamId: "T1", enterpriseId: null, botUserId: "U9", botId: "B9", teamName: "x" };

async function onDirectory(
  test: (bench: {
    readonly slack: LocalSlack;
    readonly directory: Directory;
    readonly pass: (ms: number) => void;
    readonly log: ReturnType<typeof recordingLog>;
  }) => Promise<void>,
  restricting: readonly GroupName[] = [],
): Promise<void> {
  const users = [
    ...defaultUsers,
    person({ id: "U0OTHTEAM", name: "otto", realName: "Otto", title: "", teamId: "T0OTHER01" }),
  ];
  const slack = await startLocalSlack({ port: 0, limits: "off", users });
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead, wait: realClock.wait };
  const log = recordingLog();
  const { lookup } = makeClients({ botToken: slack.botToken, apiUrl: slack.apiUrl, log });
  const directory = makeDirectory({
    api: lookup,
    home: await whereAmI(lookup),
    clock,
    log,
    groups: () => [
      { name: leads, members: [ANA, "U0GONE001"], slackUserGroup: "payments-leads" },
      { name: lost, members: [], slackUserGroup: "no-such-handle" },
    ],
    groupMaxAgeMs: () => 300_000,
    restricting: () => new Set(restricting),
  });
  try {
    await test({
      slack,
      directory,
      log,
      pass: (ms) => {
        ahead += ms;
      },
    });
  } finally {
    await slack.stop();
  }
}

const codeOf = (answer: unknown): string => (isRefusal(answer) ? answer.code : "ok");

describe("T7: people and channels", () => {
  it("of ten kinds of accounts only full members of the home workspace pass", () =>
    onDirectory(async ({ directory }) => {
      const kinds = {
        [ANA]: "ok",
        U0FINN001: "ok",
        U0GUEST01: "not-a-member",
        U0SOLO001: "not-a-member",
        U0GONE001: "not-a-member",
        U0STRANG1: "not-a-member",
        U0OTHTEAM: "not-a-member",
        U0OTHBOT1: "not-a-member",
        USLACKBOT: "not-a-member",
        U0NOBODY1: "not-a-member",
      };
      for (const [user, code] of Object.entries(kinds)) assert.equal(codeOf(await directory.person(user)), code, user);
    }));

  it("of four kinds of channels only those without other organisations pass", () =>
    onDirectory(async ({ slack, directory }) => {
      assert.equal(codeOf(await directory.channel("C0PAYMENT")), "ok");
      assert.equal(codeOf(await directory.channel("C0PARTNER")), "shared-channel");
      assert.equal(codeOf(await directory.channel("C0UNKNOWN")), "identity-unknown");
      slack.failNext("conversations.info", { error: "internal_error" });
      assert.equal(codeOf(await directory.channel("C0GENERAL")), "identity-unknown");
    }));

  it("a field that is missing counts against the account", () => {
    const full = {
      id: "U1",
      team_id: "T1",
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
    };
    assert.equal(whyNotMember(full, home), null);
    for (const field of Object.keys(full)) {
      assert.notEqual(
        whyNotMember(Object.fromEntries(Object.entries(full).filter(([name]) => name !== field)), home),
        null,
        field,
      );
    }
  });

  it("channels that are shared, or about to be, are shared", () => {
    assert.equal(isShared({ is_ext_shared: false }, home), false);
    assert.equal(isShared({ is_shared: true, is_org_shared: true }, home), false);
    for (const facts of [
      { is_ext_shared: true },
      { is_pending_ext_shared: true },
      { is_shared: true },
      { pending_shared: ["T2"] },
      { connected_team_ids: ["T2"] },
      { shared_team_ids: ["T1", "T2"] },
    ]) {
      assert.equal(isShared(facts, home), true, JSON.stringify(facts));
    }
  });
});

describe("groups and age", () => {
  it("a group is its configured members and Slack's, less those who cannot vote", () =>
    onDirectory(async ({ directory }) => {
      const members = await directory.members(leads);
      assert.ok(!isRefusal(members));
      assert.deepEqual(members.map(({ userId }) => userId).sort(), [ANA, BEN, "U0CHLOE01"].sort());
      const ben = await directory.person(BEN);
      assert.ok(!isRefusal(ben));
      assert.deepEqual(ben.groups, [leads]);
      assert.equal(ben.human, "slack:T0LOCAL01/U0BEN0001");
      assert.equal(codeOf(await directory.members(asGroupName("nobody"))), "identity-unknown");
    }));

  it("of a group that Slack does not have nobody is a member, all else goes on, and its members are refused", () =>
    onDirectory(async ({ directory, log, pass }) => {
      const warnings = () => log.told.filter(({ fields }) => fields.group === lost).length;
      const ben = await directory.person(BEN);
      assert.ok(!isRefusal(ben), JSON.stringify(ben));
      assert.deepEqual(ben.groups, [leads]);
      assert.equal(codeOf(directory.known(BEN)), "ok");
      assert.equal(codeOf(await directory.person(ANA)), "ok");
      assert.equal(warnings(), 1);
      assert.equal(codeOf(await directory.members(lost)), "identity-unknown");
      assert.equal(codeOf(await directory.members(leads)), "ok");
      pass(15_000);
      assert.equal(directory.known(BEN), null);
      assert.equal(codeOf(await directory.person(BEN)), "ok");
    }));

  it("a group that takes something from its members is missed by everybody: not to know it sets nobody free", () =>
    onDirectory(
      async ({ directory }) => assert.equal(codeOf(await directory.person(BEN)), "identity-unknown"),
      [lost],
    ));

  it("what is kept is not believed after the clock was put back: its age is not known then", () =>
    onDirectory(async ({ slack, directory, pass }) => {
      await directory.person(BEN);
      pass(-3_600_000);
      assert.equal(directory.known(BEN), null);
      slack.failNext("users.info", { error: "internal_error" }, 9);
      assert.equal(codeOf(await directory.person(BEN)), "identity-unknown");
    }));

  it("what is younger than a minute is kept; older and Slack away is a no", () =>
    onDirectory(async ({ slack, directory, pass }) => {
      assert.equal(directory.known(BEN), null);
      await directory.person(BEN);
      assert.equal(codeOf(directory.known(BEN)), "ok");
      slack.failNext("users.info", { error: "internal_error" }, 9);
      assert.equal(codeOf(await directory.person(BEN)), "ok");
      pass(60_001);
      assert.equal(directory.known(BEN), null);
      assert.equal(codeOf(await directory.person(BEN)), "identity-unknown");
      slack.clearFaults();
      slack.setUser(BEN, { deleted: true });
      assert.equal(codeOf(await directory.person(BEN)), "not-a-member");
    }));

  it("groups older than their age and Slack away is a no, for members and for each person", () =>
    onDirectory(async ({ slack, directory, pass }) => {
      await directory.members(leads);
      slack.failNext("usergroups.users.list", { error: "internal_error" }, 9);
      pass(299_000);
      assert.equal(codeOf(await directory.members(leads)), "ok");
      pass(2_000);
      assert.equal(codeOf(await directory.members(leads)), "identity-unknown");
      assert.equal(codeOf(await directory.person(BEN)), "identity-unknown");
    }));

  it("a channel is found by its name, and a missing one is named", () =>
    onDirectory(async ({ directory }) => {
      assert.equal(await directory.channelId("#platform-approvals"), "C0APPROVE");
      assert.equal(await directory.channelId("C0PAYMENT"), "C0PAYMENT");
      const missing = await directory.channelId("#nowhere");
      assert.ok(isRefusal(missing) && missing.message.includes("#nowhere"));
    }));
});
