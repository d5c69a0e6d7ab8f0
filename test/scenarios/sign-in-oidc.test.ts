// The whole bot with the adapters of production: Sign in with Slack at the local Slack, then the demo's own provider.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { startLocalIdp } from "../../demo/idp/idp.ts";
import { withMapping } from "../support/linked.ts";
import { openPlainBrowser, type PlainPage } from "../support/plain-browser.ts";
import { errorsOf } from "../support/story.ts";
import { ana, startTown } from "../support/town.ts";

/** A port that was free a moment ago: both providers must know the bot's address before it listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("Ana signs in with Slack and at the company's provider, and whoami says so; Ben's browser cannot use her link", async (t) => {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const secrets = { providerClientSecret: "hush-provider", slackClientSecret: "hush-slack" };
  const redirectUris = [`${baseUrl}/login/provider/callback`];
  const client = {
    clientId: "countersign",
    clientSecret: secrets.providerClientSecret,
    redirectUris,
    name: "Countersign",
  };
  const idp = await startLocalIdp({ port: 0, clients: [client] });
  t.after(() => idp.stop());
  const identity = `identity:
  baseUrl: ${baseUrl}
  allowHttpLoopback: true
  provider: { title: Acme sign-in, issuer: "${idp.issuer}", clientId: countersign, scopes: [openid, profile, email, groups], groupsClaim: groups, claims: [email], signingAlgorithm: ES256 }
  slack: { clientId: "1.2" }
`;
  const town = await startTown(t, {
    config: (text) =>
      `${withMapping(text).replace("port: 0", `port: ${port}`).replace("groups:\n", "groups:\n  - name: sign-in-platform\n    idpGroups: platform\n")}${identity}`,
    slack: {
      signIn: {
        clientId: "1.2",
        clientSecret: secrets.slackClientSecret,
        redirectUrls: [`${baseUrl}/login/slack/callback`],
      },
    },
    identitySecrets: secrets,
  });
  await town.startBot();
  const read = new Set<string>();
  const login = async () => {
    const answer = town.slack.waitForMessage(
      (message) =>
        message.ephemeralTo === ana && !read.has(message.ts) && JSON.stringify(message).includes("/login?s="),
    );
    await town.slack.as(ana).command("#general", "/ops", "login");
    const url = /http:\/\/127\.0\.0\.1:\d+\/login\?s=[\w-]{43}/.exec(JSON.stringify((await answer).blocks))?.[0] ?? "";
    read.add((await answer).ts);
    return url.replace("/login?", "/login/slack?");
  };

  const bens = openPlainBrowser({ stopAt: [] });
  const refused = await bens.press(await bens.open(await login()), "Ben Adeyemi");
  assert.equal(refused.status, 403);
  assert.match(
    refused.html,
    /another Slack account \(U0ANA0001\) than the one that you just signed in with \(U0BEN0001\)/,
  );

  const browser = openPlainBrowser({ stopAt: [] });
  const atProvider = await browser.press(await browser.open(await login()), "Ana Ortiz");
  let page: PlainPage = await browser.press(atProvider, "Sign in as Ana");
  if (!page.html.includes("Is this you, twice?")) page = await browser.press(page, "Confirm");
  assert.match(
    page.html,
    /You are linking Slack account @ana .*\(U0ANA0001\) of workspace Acme Robotics with Ana Ortiz \(acme-1001\) at Acme sign-in/i,
  );
  const done = await browser.press(page, "Both are me");
  assert.equal(done.status, 200, done.html);
  assert.match(done.html, /Your accounts are linked/);

  const who = town.slack.waitForMessage(
    (message) => message.ephemeralTo === ana && /your sign-in \(linked\)/.test(JSON.stringify(message.blocks)),
  );
  await town.slack.as(ana).command("#general", "/ops", "whoami");
  assert.match(JSON.stringify((await who).blocks), /sign-in-platform: by “platform” of Acme sign-in/);
  assert.deepEqual(errorsOf(town), []);
});
