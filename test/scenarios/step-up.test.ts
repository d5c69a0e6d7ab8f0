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
  /** The link in the next answer that only Ben sees, once `says` stands in it. */
  offer(says: RegExp, deed: () => Promise<unknown>, user?: string): Promise<{ url: string; message: Message }>;
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
  const read = new Set<string>();
  const offer: Arrived["offer"] = async (says, deed, user = ben) => {
    const wanted = town.slack.waitForMessage(
      (one) => one.ephemeralTo === user && !read.has(one.ts) && says.test(one.text + JSON.stringify(one.blocks)),
    );
    await deed();
    const message = await wanted;
    read.add(message.ts);
    const url = /http:\/\/127\.0\.0\.1:\d+\/login\?s=[\w-]{43}/.exec(JSON.stringify(message.blocks))?.[0] ?? "";
    return { url, message };
  };
  for (const who of [anaOrtiz, benAdeyemi]) {
    const login = await offer(
      /\/login\?s=/,
      () => town.slack.as(who.user).command("#general", "/ops", "login"),
      who.user,
    );
    const own = openPlainBrowser({ stopAt: [] });
    assert.match((await own.press(await throughBoth(own, login.url, who), "Both are me")).html, /accounts are linked/);
  }
  return { town, browser: openPlainBrowser({ stopAt: [] }), behind, offer };
}

const anaOrtiz = { user: ana, atSlack: "Ana Ortiz", first: "Ana" };
const benAdeyemi = { user: ben, atSlack: "Ben Adeyemi", first: "Ben" };

/** From the link to the page after the company's provider; with the key where it asks for it. */
async function throughBoth(browser: PlainBrowser, url: string, who = benAdeyemi): Promise<PlainPage> {
  const atSlack = await browser.open(url.replace("/login?", "/login/slack?"));
  const chosen = await browser.press(await browser.press(atSlack, who.atSlack), `Sign in as ${who.first}`);
  return chosen.html.includes("Confirm with your security key") ? browser.press(chosen, "Confirm") : chosen;
}

const stepUpAsked = /takes a fresh sign-in at Acme sign-in/;

test("T5, R21: Slack alone does not approve the top tier; the voter's own fresh sign-in does, and card and message say so", async (t) => {
  const { town, browser, offer } = await arrive(t, SECURITY_KEY);
  const card = await ask(town, "restart shop/top", "top");
  const { url, message } = await offer(stepUpAsked, () => town.vote(ben, card, "approve"));
  assert.equal(writesOf(town.cluster).length, 0, "the click alone changes nothing");
  const code = /[0-9A-Z]{3}-[0-9A-Z]{3}(?=["*])/.exec(JSON.stringify(message.blocks))?.[0] ?? "no code";
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

test("T5, R21: a sign-in that is too old, or without the acr that is asked for, approves nothing", async (t) => {
  const { town, browser, behind, offer } = await arrive(t, "urn:acme:nobody-has-this");
  const card = await ask(town, "restart shop/top", "top");
  const weak = await offer(stepUpAsked, () => town.vote(ben, card, "approve"));
  const other = await throughBoth(browser, weak.url);
  assert.equal(other.status, 403);
  assert.match(
    other.html,
    /had the strength \(acr\) .*urn:countersign:demo:(password|mfa).*urn:acme:nobody-has-this.* is demanded/,
  );

  behind.ms = 20 * minute;
  const late = await offer(stepUpAsked, () => town.vote(ben, card, "approve"));
  const old = await throughBoth(openPlainBrowser({ stopAt: [] }), late.url);
  assert.equal(old.status, 403);
  assert.match(old.html, /was 20 minutes ago, and it may be 5 minutes old at most|ID token/);
  assert.equal(writesOf(town.cluster).length, 0);
  await town.stopBot();
  const records = await town.records();
  assert.deepEqual(
    records.filter(({ code }) => code === "identity.refused").map(({ details }) => [details.leg, details.purpose]),
    [
      ["company", "vote"],
      ["company", "vote"],
    ],
  );
  assert.ok(!records.some(({ code }) => code === "vote.cast"));
  assert.deepEqual(errorsOf(town), []);
});
