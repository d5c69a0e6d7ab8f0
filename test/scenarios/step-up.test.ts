// T5, R21 in the whole bot: the top tier is not approved from Slack alone; the honest way through Slack's and the company's sign-in is.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { startLocalIdp } from "../../demo/idp/idp.ts";
import { SECURITY_KEY } from "../../demo/idp/people.ts";
import type { Message } from "../../demo/slack/records.ts";
import { grantPrinted, viewBinding, withMapping } from "../support/linked.ts";
import { openPlainBrowser, type PlainBrowser, type PlainPage } from "../support/plain-browser.ts";
import { ask, errorsOf, plant, released, until } from "../support/story.ts";
import { ana, ben, startTown, type Town, writesOf } from "../support/town.ts";

const minute = 60_000;

/** A port that was free a moment ago: both providers must know the bot's address before it listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Arrived {
  readonly town: Town;
  readonly browser: PlainBrowser;
  /** How far the company's provider is behind: what it says of the time is so much older. */
  readonly behind: { ms: number };
}

const linkIn = (shown: unknown): string =>
  /http:\/\/127\.0\.0\.1:\d+\/login\?s=[\w-]{43}/.exec(JSON.stringify(shown))?.[0] ?? "";

/** Ben submits his approval; what the form, which is his alone to see, says then. */
async function submits(town: Town, card: Message): Promise<{ readonly url: string; readonly code: string }> {
  await town.vote(ben, card, "approve");
  const view = await town.slack.waitUntil(
    () => town.slack.modalsOf(ben).find((one) => linkIn(one.view) !== "")?.view,
    "the link to sign in with",
    10_000,
  );
  const shown = JSON.stringify(view);
  assert.match(shown, /takes a fresh sign-in at Acme sign-in/);
  assert.match(shown, /if it shows another, or you did not just vote, stop and tell security/);
  return { url: linkIn(view), code: /"([0-9A-Z]{3}-[0-9A-Z]{3})"/.exec(shown)?.[1] ?? "no code" };
}

/** Ben is linked, and the only one whose approval is asked for: freshly signed in, by this `acr`. */
async function arrive(t: TestContext, acr: string): Promise<Arrived> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const secrets = { providerClientSecret: "hush-provider", slackClientSecret: "hush-slack" };
  const behind = { ms: 0 };
  const idp = await startLocalIdp({
    port: 0,
    clients: [
      {
        clientId: "countersign",
        clientSecret: secrets.providerClientSecret,
        redirectUris: [`${baseUrl}/login/provider/callback`],
        name: "Countersign",
      },
    ],
    clock: { now: () => Date.now() - behind.ms },
  });
  t.after(() => idp.stop());
  const identity = `identity:
  baseUrl: ${baseUrl}
  allowHttpLoopback: true
  provider: { title: Acme sign-in, issuer: "${idp.issuer}", clientId: countersign, scopes: [openid, profile, email, groups], groupsClaim: groups, claims: [email], signingAlgorithm: ES256 }
  slack: { clientId: "1.2" }
`;
  const top = `      approvals:\n        count: 1\n        from: payments-leads\n        stepUp: { maxAge: 5m, acr: "${acr}" }\n`;
  const town = await startTown(t, {
    config: (text) =>
      `${withMapping(text)
        .replace("[readers, operators]", "[platform]")
        .replace("port: 0", `port: ${port}`)
        .replace('"@payments-leads" #', '"@payments-leads"\n    idpGroups: payments-leads #')
        .replace("      approvals:\n        count: 2\n        from: [payments-leads, platform]\n", top)}${identity}`,
    slack: {
      signIn: {
        clientId: "1.2",
        clientSecret: secrets.slackClientSecret,
        redirectUrls: [`${baseUrl}/login/slack/callback`],
      },
    },
    identitySecrets: secrets,
  });
  await grantPrinted(town.cluster, town.configFile, ["--namespaces", "shop"]);
  town.cluster.objects.put(viewBinding("oidc:platform", "shop"));
  plant(town.cluster, "top");
  await released(town.cluster, "top");
  await town.startBot();
  for (const who of [anaOrtiz, benAdeyemi]) {
    const before = town.slack.ephemerals(who.user).length;
    await town.slack.as(who.user).command("#general", "/ops", "login");
    const answer = await town.slack.waitUntil(() => town.slack.ephemerals(who.user)[before], "the link", 60_000);
    const own = openPlainBrowser({ stopAt: [] });
    assert.match(
      (await own.press(await throughBoth(own, linkIn(answer.blocks), who), "Both are me")).html,
      /accounts are linked/,
    );
  }
  return { town, browser: openPlainBrowser({ stopAt: [] }), behind };
}

const anaOrtiz = { user: ana, atSlack: "Ana Ortiz", first: "Ana" };
const benAdeyemi = { user: ben, atSlack: "Ben Adeyemi", first: "Ben" };

/** From the link to the page after the company's provider; with the key where it asks for it. */
async function throughBoth(browser: PlainBrowser, url: string, who = benAdeyemi): Promise<PlainPage> {
  const atSlack = await browser.open(url.replace("/login?", "/login/slack?"));
  const chosen = await browser.press(await browser.press(atSlack, who.atSlack), `Sign in as ${who.first}`);
  return chosen.html.includes("Confirm with your security key") ? browser.press(chosen, "Confirm") : chosen;
}

test("T5, R21: Slack alone does not approve the top tier; the voter's own fresh sign-in does, and card and message say so", async (t) => {
  const { town, browser } = await arrive(t, SECURITY_KEY);
  const card = await ask(town, "restart shop/top", "top");
  const { url, code } = await submits(town, card);
  assert.equal(writesOf(town.cluster).length, 0, "the click alone changes nothing");
  const landing = await browser.open(url);
  assert.ok(landing.html.includes(`Match code: ${code}.`), landing.html);
  assert.match(landing.html, /You are about to approve: .*top/i);
  const consent = await throughBoth(browser, url);
  assert.ok(consent.html.includes(`Match code: ${code}.`), consent.html);
  assert.match(consent.html, /You approve it as Ben Adeyemi \(acme-1002\) at Acme sign-in/);
  const told = town.slack.waitForMessage(({ text }) =>
    /was approved by you, with a fresh sign-in at Acme sign-in/.test(text),
  );
  const done = await browser.press(consent, "Approve r-");
  assert.equal(done.status, 200, done.html);
  assert.match(done.html, /is approved by you/);
  assert.match(
    JSON.stringify((await until(town, card, "is done and verified")).blocks),
    /approved with a fresh sign-in/,
  );
  assert.equal(town.slack.channel((await told).channel)?.kind, "im");
  const again = await browser.open(url);
  assert.match(again.html, /already finished; it works once/);
  assert.ok(writesOf(town.cluster).length > 0);
  await town.stopBot();
  const records = await town.records();
  const cast = records.find((one) => one.code === "vote.cast");
  assert.match(JSON.stringify(cast?.details.stepUp), /"acr":"urn:countersign:demo:mfa"/);
  const order = ["identity.proven", "vote.cast", "request.approved", "write.intended"].map((wanted) =>
    records.findIndex(({ code: one }) => one === wanted),
  );
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    order,
  );
  assert.deepEqual(errorsOf(town), []);
});

/** Refused at the company's leg, an event, and nothing was voted or written. */
async function nothingOf(town: Town): Promise<void> {
  assert.equal(writesOf(town.cluster).length, 0);
  await town.stopBot();
  const records = await town.records();
  const refused = records.filter(({ code }) => code === "identity.refused");
  assert.deepEqual(
    refused.map(({ details, request }) => [details.leg, details.purpose, request === null]),
    [["company", "vote", false]],
  );
  assert.ok(!records.some(({ code }) => code === "vote.cast" || code === "identity.proven"));
  assert.deepEqual(errorsOf(town), []);
}

test("T5, R21: a sign-in without the acr that is asked for approves nothing", async (t) => {
  const { town, browser } = await arrive(t, "urn:acme:nobody-has-this");
  const card = await ask(town, "restart shop/top", "top");
  const page = await throughBoth(browser, (await submits(town, card)).url);
  assert.equal(page.status, 403);
  assert.match(
    page.html,
    /had the strength \(acr\) &quot;urn:countersign:demo:password&quot;, and &quot;urn:acme:nobody-has-this&quot; is demanded/,
  );
  await nothingOf(town);
});

test("T5, R21: a sign-in whose auth_time is too old approves nothing", async (t) => {
  const { town, browser, behind } = await arrive(t, SECURITY_KEY);
  const card = await ask(town, "restart shop/top", "top");
  const { url } = await submits(town, card);
  const atSlack = await browser.open(url.replace("/login?", "/login/slack?"));
  behind.ms = 8 * minute;
  const withPassword = await browser.press(await browser.press(atSlack, "Ben Adeyemi"), "Sign in as Ben");
  behind.ms = 0;
  const page = await browser.press(withPassword, "Confirm");
  assert.equal(page.status, 403);
  assert.match(page.html, /was 8 minutes ago, and it may be 5 minutes old at most/);
  await nothingOf(town);
});
