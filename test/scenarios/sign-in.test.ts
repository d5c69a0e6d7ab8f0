// Signing in, in the whole bot: login, linked, whoami, groups that count, logout; and a new Slack account of the same person.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { TEAM } from "../../demo/slack/seed.ts";
import { type Browser, openBrowser } from "../support/browser.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { withMapping } from "../support/linked.ts";
import { scriptedProvider } from "../support/scripted-provider.ts";
import { errorsOf } from "../support/story.ts";
import { ana, ben, chloe, dev, eve, identitySecrets, startTown } from "../support/town.ts";

const baseUrl = "https://ops.example.test";
const issuer = "https://id.example.test";
const hour = 3_600_000;

const identity = `identity:
  baseUrl: ${baseUrl}
  provider: { title: Example IdP, issuer: "${issuer}", clientId: countersign, groupsClaim: groups, claims: [email] }
  slack: { clientId: "1.2" }
`;

/** Ana is let by a group that only her sign-in shows; security may end links. */
const configured = (text: string): string =>
  `${withMapping(text)
    .replace("groups:\n", "groups:\n  - name: dba\n    idpGroups: [db-admins]\n  - name: data\n    groups: [dba]\n")
    .replace(
      "  rules:\n",
      "  rules:\n    - { name: unlinking, when: { verbs: unlink, groups: security, assurance: directory }, allow: true }\n    - { name: halting, when: { verbs: halt, groups: data }, allow: true }\n",
    )
    .replace("when: { verbs: halt, groups: engineers }", "when: { verbs: halt, groups: data }")
    .replace("when: { actions: change, groups: engineers }", "when: { actions: change, groups: data }")}${identity}`;

async function openTown(t: TestContext) {
  const town = await startTown(t, { config: configured });
  const clock = new JumpClock();
  const slack = scriptedProvider("https://slack.example.test", "Slack");
  const company = scriptedProvider(issuer, "Example IdP");
  const start = () => town.startBot({ clock, openProviders: async () => ({ slack, company }) });
  let bot = await start();
  const read = new Set<string>();
  /** The next answer that says so. */
  const said = (user: string, command: string, wanted: RegExp): Promise<Message> => {
    const answer = town.slack
      .waitForMessage(
        (message) =>
          message.ephemeralTo === user &&
          !read.has(message.ts) &&
          wanted.test(message.text + JSON.stringify(message.blocks)),
      )
      .then((message) => {
        read.add(message.ts);
        return message;
      });
    return town.slack
      .as(user)
      .command("#general", "/ops", command)
      .then(() => answer);
  };
  return {
    town,
    clock,
    slack,
    company,
    said,
    async restart() {
      await town.stopBot();
      bot = await start();
    },
    browser: (): Browser => openBrowser({ baseUrl, port: bot.port ?? 0, providers: [slack, company] }),
    /** Types login and goes the whole way; the last page's words. */
    async signIn(user: string, subject: string, groups: readonly string[] = []) {
      slack.signsIn = { slack: { teamId: TEAM.id, userId: user }, name: user };
      company.signsIn = {
        subject,
        name: `${subject}@example.com`,
        groups,
        claims: { email: `${subject}@example.com` },
      };
      const answer = await said(user, "login", /ops\.example\.test\/login\?s=/);
      const url = /https:\/\/ops\.example\.test\/login\?s=[\w-]{43}/.exec(JSON.stringify(answer.blocks))?.[0] ?? "";
      const browser = openBrowser({ baseUrl, port: bot.port ?? 0, providers: [slack, company] });
      const consent = await browser.click(await browser.open(url));
      const last = consent.status === 200 ? await browser.submit(consent) : consent;
      return { text: last.text, url };
    },
  };
}

test("login links, whoami shows it, its groups count until they are too old, and logout ends it", async (t) => {
  const { town, clock, said, signIn, restart } = await openTown(t);
  await said(ana, "whoami", /not linked; type login/);
  await said(ana, "halt because of a drill", /You have not signed in[\s\S]*Type login/);
  await said(ana, "help", /login/);

  const told = town.slack.waitForMessage(({ text }) =>
    text.includes("If this was not you, type logout and tell security"),
  );
  const { text, url } = await signIn(ana, "ana", ["db-admins", "coffee"]);
  assert.match(text, /Slack account @.* \(U0ANA0001\) is linked with ana@example\.com at Example IdP/);
  assert.match((await told).text, /^Your Slack account was linked with ana@example\.com at Example IdP/);

  const who = JSON.stringify((await said(ana, "whoami", /your sign-in \(linked\)/)).blocks);
  assert.match(who, /dba: by “db-admins” of Example IdP/);
  assert.match(who, /data: through dba/);
  assert.match(who, /engineers: by the configuration/);
  assert.match(who, /platform: by Slack's user group @platform; too weak for the top tiers/);
  await said(ana, "halt --dry-run", /Halt all execution/);

  await restart();
  await said(ana, "whoami", /your sign-in \(linked\)/);
  await said(ana, "login", /You are linked with[\s\S]*at Example IdP since[\s\S]*Sign in anew/);
  clock.jump(13 * hour);
  const old = JSON.stringify((await said(ana, "whoami", /until you type login/)).blocks);
  assert.match(old, /is 13 hours old, and 12 hours is the most: until you type login it counts for nothing/);
  assert.match(old, /dba: by “db-admins” of Example IdP; too old, counts for nothing/);
  await said(ana, "halt because of a drill", /What your sign-in said about your groups is too old[\s\S]*Type login/);
  assert.match((await signIn(ana, "ana", ["db-admins"])).text, /Your sign-in is fresh/);

  await said(dev, "unlink @U0ANA0001", /No rule lets you use “unlink”/);
  await said(ana, "logout", /no longer linked with/);
  await said(ana, "logout", /Your Slack account is not linked/);
  await said(ana, "halt because of a drill", /You have not signed in/);
  await town.stopBot();
  const records = await town.records();
  const codes = records.map(({ code }) => code).filter((code) => code.startsWith("identity."));
  assert.deepEqual(codes, [
    ...["identity.begun", "identity.linked", "identity.begun", "identity.begun"],
    ...["identity.refreshed", "identity.unlinked"],
  ]);
  const unlinked = records.find(({ code }) => code === "identity.unlinked");
  assert.equal(unlinked?.actor?.subject, `${issuer}#ana`);
  assert.equal(unlinked?.actor?.assurance, "linked");
  assert.deepEqual(errorsOf(town), []);

  const secret = new URL(url).searchParams.get("s") ?? "";
  assert.equal(secret.length, 43);
  for (const file of readdirSync(join(town.directory, "data")).filter((name) => name.startsWith("store.db"))) {
    const bytes = readFileSync(join(town.directory, "data", file), "latin1");
    for (const found of [secret, "eyJ", "xoxb-", ...Object.values(identitySecrets)])
      assert.ok(!bytes.includes(found), `T28: ${file} holds ${found}`);
  }
  assert.ok(!town.faults.join("\n").includes(secret));
});

test("a new Slack account of the same person: refused while the old one is active, re-linked when it is deactivated", async (t) => {
  const { town, clock, said, signIn } = await openTown(t);
  await signIn(chloe, "chloe", ["db-admins"]);
  const refused = await signIn(ben, "chloe", ["db-admins"]);
  assert.match(refused.text, /already linked to the Slack account U0CHLOE01, which is active/);
  await said(ben, "whoami", /not linked; type login/);

  town.slack.setUser(chloe, { deleted: true });
  clock.jump(2 * 60_000);
  const relinked = await signIn(ben, "chloe", ["db-admins"]);
  assert.match(relinked.text, /Your accounts are linked/);
  await said(ben, "whoami", /dba: by “db-admins”/);
  await said(eve, "unlink @U0BEN0001 because it is a drill", /is no longer linked with/);
  await said(ben, "whoami", /not linked; type login/);
  await town.stopBot();
  const codes = (await town.records()).filter(({ code }) => code.startsWith("identity.")).map(({ code }) => code);
  assert.deepEqual(codes, [
    ...["identity.begun", "identity.linked", "identity.begun", "identity.refused"],
    ...["identity.begun", "identity.relinked", "identity.unlinked"],
  ]);
});
