// "Sign in with Slack" at the local Slack: what its page asks, whom it lets through, and what the exchange refuses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { handClock } from "../../../demo/slack/clock.ts";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { objOf, parseJson, textOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { openPlainBrowser, type PlainBrowser } from "../../support/plain-browser.ts";

const redirectUri = "https://bot.example/slack/back";
const clock = handClock(Date.UTC(2026, 0, 1));
let slack: LocalSlack;
before(async () => {
  slack = await startLocalSlack({ port: 0, clock, limits: "off" });
  slack.setApp({ redirectUrls: ["https://bot.example/slack/", "http://127.0.0.1:8080/back"] });
});
after(() => slack.stop());

function addressOf(change: Readonly<Record<string, string>> = {}): URL {
  const address = new URL("/openid/connect/authorize", slack.url);
  const asked = {
    response_type: "code",
    scope: "openid profile",
    client_id: slack.clientId,
    redirect_uri: redirectUri,
    state: "state-1",
    nonce: "nonce-1",
  };
  for (const [name, value] of Object.entries({ ...asked, ...change })) address.searchParams.set(name, value);
  return address;
}

const newBrowser = (): PlainBrowser => openPlainBrowser({ stopAt: ["https://bot.example", "http://127.0.0.1:8080"] });

async function codeFor(words: string, browser = newBrowser(), address = addressOf()): Promise<string> {
  return (await browser.press(await browser.open(address), words)).url.searchParams.get("code") ?? "";
}

async function exchanged(form: Readonly<Record<string, string>>): Promise<Obj> {
  const { clientId, clientSecret } = slack;
  const whole = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, ...form };
  const response = await fetch(`${slack.apiUrl}openid.connect.token`, {
    method: "POST",
    body: new URLSearchParams(whole),
  });
  assert.equal(response.status, 200);
  return objOf(await response.json());
}

const claimsOf = (body: Obj): Obj =>
  objOf(parseJson(Buffer.from(textOf(body.id_token).split(".")[1] ?? "", "base64url").toString()));

test("one click says who one is; the ID token has Slack's claims", async () => {
  const body = await exchanged({ code: await codeFor("Dev Patel") });
  assert.deepEqual([body.ok, body.token_type], [true, "Bearer"]);
  const { at_hash, ...claims } = claimsOf(body);
  assert.match(textOf(at_hash), /^[\w-]{22}$/);
  assert.deepEqual(claims, {
    iss: slack.url,
    sub: "U0DEV0001",
    aud: slack.clientId,
    exp: clock.now() / 1000 + 300,
    iat: clock.now() / 1000,
    auth_time: clock.now() / 1000,
    nonce: "nonce-1",
    "https://slack.com/team_id": "T0LOCAL01",
    "https://slack.com/user_id": "U0DEV0001",
    name: "Dev Patel",
    locale: "en-US",
  });
});

test("the browser remembers who one is, and still asks; prompt=none asks nobody", async () => {
  const browser = newBrowser();
  const silent = addressOf({ prompt: "none" });
  assert.equal((await browser.open(silent)).url.searchParams.get("error"), "login_required");
  await codeFor("Ben Adeyemi", browser);
  assert.match((await browser.open(addressOf())).html, /class="first"[^>]*>Continue as Ben Adeyemi/);
  assert.notEqual((await browser.open(silent)).url.searchParams.get("code"), null);
  assert.deepEqual([...(browser.cookies.get("127.0.0.1") ?? [])], [["local-slack-user", "U0BEN0001"]]);
  await codeFor("Eve Lindqvist", browser);
  assert.match((await browser.open(addressOf())).html, /Continue as Eve Lindqvist/);
});

test("who cancels goes back with access_denied and the state", async () => {
  const browser = newBrowser();
  const { url } = await browser.press(await browser.open(addressOf()), "Cancel");
  assert.deepEqual(Object.fromEntries(url.searchParams), { error: "access_denied", state: "state-1" });
});

test("only full members who are active are offered, and nobody else's id is taken", async () => {
  const browser = newBrowser();
  const page = await browser.open(addressOf());
  for (const name of ["Gus Guest", "Sol Single", "Gone Girardi", "Sam Stranger", "Deploybot", "Countersign<"])
    assert.doesNotMatch(page.html, new RegExp(`${name}`));
  for (const user of ["U0GUEST01", "U0CSIGN01", "U0NOBODY1"]) {
    const forged = { ...page, html: page.html.replaceAll("U0ANA0001", user) };
    assert.match((await browser.press(forged, "Ana Ortiz")).html, /There is nobody of that id here/);
  }
  slack.setUser("U0CHLOE01", { deleted: true });
  assert.doesNotMatch((await browser.open(addressOf())).html, /Chloe/);
  slack.setUser("U0CHLOE01", { deleted: false });
});

const pages: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ["another client id", { client_id: "1.2" }, /Invalid client_id parameter/],
  ["another host", { redirect_uri: "https://evil.example/slack/back" }, /did not match any configured URIs/],
  ["a longer host", { redirect_uri: "https://bot.example.evil.example/slack/" }, /did not match any configured URIs/],
  ["a path beside it", { redirect_uri: "https://bot.example/slackish" }, /did not match any configured URIs/],
  [
    "a path that climbs out",
    { redirect_uri: "https://bot.example/slack/../admin" },
    /did not match any configured URIs/,
  ],
  ["http to elsewhere", { redirect_uri: "http://bot.example/slack/back" }, /did not match any configured URIs/],
  ["markup", { redirect_uri: "<img src=x>" }, /&lt;img src=x&gt;/],
  ["another workspace", { team: "T0OTHER" }, /There is no workspace T0OTHER here/],
];

for (const [what, change, says] of pages) {
  test(`Slack says it on its own page and sends nobody back: ${what}`, async () => {
    const page = await newBrowser().open(addressOf(change));
    assert.equal(page.status, 400);
    assert.match(page.html, says);
    assert.doesNotMatch(page.html, /<img|<script/);
  });
}

test("what OAuth calls an error goes back to the app", async () => {
  for (const [change, error] of [
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ scope: "profile" }, "invalid_scope"],
    [{ scope: "openid admin" }, "invalid_scope"],
  ] as const)
    assert.equal((await newBrowser().open(addressOf(change))).url.searchParams.get("error"), error);
});

test("the demo's bot, which has no certificate, may be on this machine", async () => {
  const local = "http://127.0.0.1:8080/back";
  const code = await codeFor("Ana Ortiz", newBrowser(), addressOf({ redirect_uri: local }));
  assert.equal((await exchanged({ code, redirect_uri: local })).ok, true);
});

test("the exchange refuses in Slack's words, and a code is good once and for ten minutes", async () => {
  const code = await codeFor("Ana Ortiz");
  const tries: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ client_id: "1.2" }, "invalid_client_id"],
    [{ client_secret: "wrong" }, "bad_client_secret"],
    [{ grant_type: "password" }, "invalid_grant_type"],
    [{ code_verifier: "x".repeat(43) }, "internal_error"],
    [{ code: "guessed" }, "invalid_code"],
  ];
  for (const [change, error] of tries) assert.deepEqual(await exchanged({ code, ...change }), { ok: false, error });
  assert.equal((await exchanged({ code })).ok, true);
  assert.deepEqual(await exchanged({ code }), { ok: false, error: "invalid_code" });
  const elsewhere = { code: await codeFor("Ana Ortiz"), redirect_uri: "https://bot.example/slack/else" };
  assert.deepEqual(await exchanged(elsewhere), { ok: false, error: "bad_redirect_uri" });
  const late = await codeFor("Ana Ortiz");
  clock.advance(10 * 60_000);
  assert.deepEqual(await exchanged({ code: late }), { ok: false, error: "code_expired" });
});

test("without a nonce Slack sends an empty one", async () => {
  const address = addressOf();
  address.searchParams.delete("nonce");
  assert.equal(claimsOf(await exchanged({ code: await codeFor("Ana Ortiz", newBrowser(), address) })).nonce, "");
});

test("another site's page cannot press the button", async () => {
  const response = await fetch(addressOf(), {
    method: "POST",
    headers: { origin: "https://evil.example" },
    body: new URLSearchParams({ user: "U0ANA0001" }),
    redirect: "manual",
  });
  assert.equal(response.status, 400);
});

test("discovery names this Slack and only what it serves", async () => {
  const document = objOf(await (await fetch(`${slack.url}/.well-known/openid-configuration`)).json());
  assert.equal(document.issuer, slack.url);
  assert.equal(document.token_endpoint, `${slack.url}/api/openid.connect.token`);
  assert.equal((await fetch(textOf(document.jwks_uri))).status, 200);
});
