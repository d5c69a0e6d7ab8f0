// The two local sign-ins in a real browser without JavaScript, on a phone's screen: every button leads where it should.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type LocalIdp, startLocalIdp } from "../../demo/idp/idp.ts";
import { SECURITY_KEY } from "../../demo/idp/people.ts";
import type { LocalSlack } from "../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { openChromium } from "./chromium.ts";

let browser: Browser;
let idp: LocalIdp;
let slack: LocalSlack;
let redirectUri = "";
const bot = createServer((_, response) => response.end("the bot"));
before(async () => {
  browser = await openChromium();
  await new Promise<void>((resolve) => bot.listen(0, "127.0.0.1", resolve));
  const address = bot.address();
  redirectUri = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/back`;
  const client = { clientId: "countersign", clientSecret: null, redirectUris: [redirectUri], name: "Countersign" };
  idp = await startLocalIdp({ port: 0, clients: [client] });
  slack = await startLocalSlack({ port: 0, signIn: { redirectUrls: [redirectUri] } });
});
after(async () => {
  await browser.close();
  await Promise.all([idp.stop(), slack.stop()]);
  bot.closeAllConnections();
  bot.close();
});

async function openPhone(): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  return await context.newPage();
}

/** Nothing to scroll sideways for, and buttons that a thumb hits. */
async function fitsPhone(page: Page): Promise<void> {
  for (const button of await page.getByRole("button").all()) {
    const box = await button.boundingBox();
    assert.ok(box !== null && box.height >= 44 && box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  }
}

const idpAddress = () =>
  `${idp.issuer}/authorize?${new URLSearchParams({
    client_id: "countersign",
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid",
    state: "one",
    code_challenge: "x".repeat(43),
    code_challenge_method: "S256",
    acr_values: SECURITY_KEY,
    max_age: "60",
  })}`;

test("the demo's identity provider: sign in, confirm with the key, and back with a code", async () => {
  const page = await openPhone();
  await page.goto(idpAddress());
  await fitsPhone(page);
  await page.getByRole("button", { name: "Sign in as Ana" }).click();
  await page.getByRole("heading", { name: "Confirm with your security key" }).waitFor();
  await fitsPhone(page);
  await page.getByRole("button", { name: "Confirm with your security key" }).click();
  await page.waitForURL(`${redirectUri}?*`);
  const { searchParams } = new URL(page.url());
  assert.deepEqual([searchParams.get("state"), searchParams.get("iss")], ["one", idp.issuer]);
  assert.match(searchParams.get("code") ?? "", /^[\w-]{43}$/);
});

test("Sign in with Slack at the local Slack: one click, and remembered beside the other sign-in's cookie", async () => {
  const page = await openPhone();
  const address = `${slack.url}/openid/connect/authorize?${new URLSearchParams({
    client_id: slack.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid profile",
    state: "two",
  })}`;
  await page.goto(idpAddress());
  await page.goto(address);
  await fitsPhone(page);
  await page.getByRole("button", { name: "Ben Adeyemi" }).click();
  await page.waitForURL(`${redirectUri}?*`);
  assert.equal(new URL(page.url()).searchParams.get("state"), "two");
  await page.goto(address);
  assert.equal(await page.getByRole("button", { name: "Continue as Ben Adeyemi" }).count(), 1);
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map(({ name }) => name).toSorted(), ["demo-idp-browser", "local-slack-user"]);
});
