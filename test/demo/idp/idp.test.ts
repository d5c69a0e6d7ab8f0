// The demo's identity provider as a browser and a program see it: pages, refusals, codes, cookies.
import assert from "node:assert/strict";
import { createHash, createPublicKey, type JsonWebKeyInput, randomBytes, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { type LocalIdp, startLocalIdp } from "../../../demo/idp/idp.ts";
import { SECURITY_KEY } from "../../../demo/idp/people.ts";
import { objOf, objsOf, parseJson, textOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";
import { HandClock } from "../../support/hand-clock.ts";
import { openPlainBrowser, type PlainBrowser, type PlainPage } from "../../support/plain-browser.ts";

const redirectUri = "https://bot.example/back";
const clock = new HandClock();
let idp: LocalIdp;
before(async () => {
  const both = { redirectUris: [redirectUri], name: "Countersign" };
  const clients = [
    { ...both, clientId: "countersign", clientSecret: "hush" },
    { ...both, clientId: "other", clientSecret: null },
  ];
  idp = await startLocalIdp({ port: 0, clients, clock });
});
after(() => idp.stop());

const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");
const asked = {
  client_id: "countersign",
  redirect_uri: redirectUri,
  response_type: "code",
  scope: "openid profile email groups",
  state: "state-1",
  nonce: "nonce-1",
  code_challenge: challenge,
  code_challenge_method: "S256",
};

function addressOf(change: Readonly<Record<string, string | undefined>> = {}): URL {
  const address = new URL("/authorize", idp.issuer);
  for (const [name, value] of Object.entries({ ...asked, ...change }))
    if (value !== undefined) address.searchParams.set(name, value);
  return address;
}

const newBrowser = (): PlainBrowser => openPlainBrowser({ stopAt: [redirectUri] });
const answerOf = ({ url }: PlainPage): Obj => Object.fromEntries(url.searchParams);

async function signedIn(words = "Sign in as Ana", browser = newBrowser()): Promise<string> {
  const page = await browser.press(await browser.open(addressOf()), words);
  return page.url.searchParams.get("code") ?? "";
}

async function exchanged(
  form: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Obj }> {
  const whole = {
    grant_type: "authorization_code",
    redirect_uri: redirectUri,
    code_verifier: verifier,
    client_id: "countersign",
    client_secret: "hush",
    ...form,
  };
  const response = await fetch(`${idp.issuer}/token`, { method: "POST", body: new URLSearchParams(whole) });
  return { status: response.status, body: objOf(await response.json()) };
}

async function claimsOf(code: string): Promise<Obj> {
  const { body } = await exchanged({ code });
  const [head = "", payload = "", signature = ""] = textOf(body.id_token).split(".");
  const keys = objsOf(objOf(await (await fetch(`${idp.issuer}/keys`)).json()).keys);
  const key = createPublicKey({ key: keys[0] as JsonWebKeyInput["key"], format: "jwk" });
  const isRight = verify(
    "sha256",
    Buffer.from(`${head}.${payload}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  assert.equal(isRight, true);
  return objOf(parseJson(Buffer.from(payload, "base64url").toString()));
}

test("one click signs in as one of six; the ID token says who, in which groups, when and how", async () => {
  const seconds = clock.now() / 1000;
  const { at_hash, ...claims } = await claimsOf(await signedIn("Sign in as Finn"));
  assert.match(textOf(at_hash), /^[\w-]{22}$/);
  assert.deepEqual(claims, {
    iss: idp.issuer,
    sub: "acme-1006",
    aud: "countersign",
    iat: seconds,
    exp: seconds + 300,
    auth_time: seconds,
    nonce: "nonce-1",
    acr: "urn:countersign:demo:password",
    amr: ["pwd"],
    name: "Finn Keller",
    preferred_username: "finn@acme-robotics.example",
    email: "finn@acme-robotics.example",
    email_verified: true,
    groups: ["engineers", "platform"],
  });
});

test("a step-up asks for the key after the password, and says so in acr and amr", async () => {
  const browser = newBrowser();
  const address = addressOf({ max_age: "60", acr_values: SECURITY_KEY });
  const page = await browser.press(await browser.open(address), "Sign in as Eve");
  assert.match(page.html, /<h1>Confirm with your security key<\/h1>/);
  const back = await browser.press(page, "Confirm with your security key");
  const { acr, amr } = await claimsOf(back.url.searchParams.get("code") ?? "");
  assert.deepEqual([acr, amr], ["urn:countersign:demo:mfa", ["hwk", "mfa"]]);
  const next = await browser.open(address);
  assert.match(next.html, /Continue as Eve/);
  clock.advance(61_000);
  const later = await browser.open(address);
  assert.match(later.html, /asks for a fresh sign-in/);
  assert.match((await browser.press(later, "Sign in as Eve")).html, /Confirm with your security key/);
});

test("a key that one person touched is nobody else's", async () => {
  const browser = newBrowser();
  const address = addressOf({ acr_values: SECURITY_KEY });
  const page = await browser.press(await browser.open(address), "Sign in as Eve");
  await browser.press(page, "Confirm");
  assert.match((await browser.press(await browser.open(address), "Sign in as Ben")).html, /<b>Ben Adeyemi<\/b>/);
});

test("whom the program hints at, and whom the browser was, comes first", async () => {
  const first = (page: PlainPage): string => /class="first"[^>]*>([^<]*)</.exec(page.html)?.[1] ?? "";
  const browser = newBrowser();
  assert.equal(first(await browser.open(addressOf())), "");
  const hinted = await browser.open(addressOf({ login_hint: "chloe@acme-robotics.example" }));
  assert.equal(first(hinted), "Sign in as Chloe");
  await browser.press(hinted, "Sign in as Chloe");
  assert.equal(first(await browser.open(addressOf())), "Continue as Chloe");
  assert.equal(first(await browser.open(addressOf({ prompt: "login" }))), "Sign in as Chloe");
});

const pages: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ["an unknown client", { client_id: "evil" }, /does not know the program/],
  ["an address that is not registered", { redirect_uri: "https://evil.example/" }, /has no such address to go back to/],
  ["an address below the registered one", { redirect_uri: `${redirectUri}/x` }, /has no such address/],
  ["an address with markup", { redirect_uri: "<script>alert(1)</script>" }, /&lt;script&gt;/],
];

for (const [what, change, says] of pages) {
  test(`${what} gets a page, and no way back`, async () => {
    const page = await newBrowser().open(addressOf(change));
    assert.equal(page.status, 400);
    assert.match(page.html, says);
    assert.doesNotMatch(page.html, /<script/);
  });
}

const errors: readonly (readonly [string, Readonly<Record<string, string | undefined>>, string])[] = [
  ["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
  ["PKCE in plain", { code_challenge_method: "plain" }, "invalid_request"],
  ["a short challenge", { code_challenge: "abc" }, "invalid_request"],
  ["the implicit flow", { response_type: "id_token" }, "unsupported_response_type"],
  ["no openid", { scope: "profile" }, "invalid_scope"],
  ["a request object", { request: "a.b.c" }, "request_not_supported"],
  ["max_age that is no number", { max_age: "-1" }, "invalid_request"],
  ["nobody signed in, silently", { prompt: "none" }, "login_required"],
];

for (const [what, change, error] of errors) {
  test(`${what}: the program is told ${error}, with its state and the issuer`, async () => {
    assert.deepEqual(answerOf(await newBrowser().open(addressOf(change))), {
      error,
      state: "state-1",
      iss: idp.issuer,
    });
  });
}

test("a code is good once, for a minute, for its client, address and verifier", async () => {
  const invalid = { status: 400, body: { error: "invalid_grant" } };
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { code_verifier: randomBytes(32).toString("base64url") },
    { code_verifier: "" },
    { redirect_uri: "https://bot.example/else" },
  ];
  for (const change of wrong) {
    const code = await signedIn();
    assert.deepEqual(await exchanged({ code, ...change }), invalid);
    assert.deepEqual(await exchanged({ code }), invalid, "a wrong try ends the code");
  }
  const late = await signedIn();
  clock.advance(60_000);
  assert.deepEqual(await exchanged({ code: late }), invalid);
  const once = await signedIn();
  assert.equal((await exchanged({ code: once })).status, 200);
  assert.deepEqual(await exchanged({ code: once }), invalid);
});

test("a code of one client is nothing to another", async () => {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    redirect_uri: redirectUri,
    code_verifier: verifier,
    client_id: "other",
    code: await signedIn(),
  });
  const response = await fetch(`${idp.issuer}/token`, { method: "POST", body: form });
  assert.deepEqual([response.status, await response.json()], [400, { error: "invalid_grant" }]);
});

test("a client is who its secret says; a public one brings none", async () => {
  const code = await signedIn();
  for (const form of [
    { client_secret: "wrong" },
    { client_secret: "" },
    { client_id: "nobody" },
    { client_id: "other" },
  ])
    assert.deepEqual(await exchanged({ code, ...form }), { status: 401, body: { error: "invalid_client" } });
  assert.equal((await exchanged({ code })).status, 200);
});

test("a page that began in one browser does not go on in another, nor when another site presses its buttons", async () => {
  const mine = newBrowser();
  const page = await mine.open(addressOf());
  const other = newBrowser();
  await other.open(addressOf());
  assert.match((await other.press(page, "Sign in as Ana")).html, /began in another browser/);
  const action = /action="([^"]+)"/.exec(page.html)?.[1] ?? "";
  const cookie = [...(mine.cookies.get("127.0.0.1") ?? [])].map(([name, value]) => `${name}=${value}`).join();
  const foreign = await fetch(new URL(action, idp.issuer), {
    method: "POST",
    headers: { origin: "https://evil.example", cookie },
    body: new URLSearchParams({ person: "acme-1001" }),
  });
  assert.equal(foreign.status, 403);
});

test("a visit ends after ten minutes, and a session after eight hours", async () => {
  const browser = newBrowser();
  const page = await browser.open(addressOf());
  clock.advance(600_000);
  assert.match((await browser.press(page, "Sign in as Ana")).html, /is over/);
  await browser.press(await browser.open(addressOf()), "Sign in as Ana");
  clock.advance(8 * 3_600_000);
  assert.doesNotMatch((await browser.open(addressOf())).html, /Continue as/);
});

test("the pages need no script, fit a phone, and cannot be framed; the cookie is its own", async () => {
  const browser = newBrowser();
  const page = await browser.open(addressOf());
  assert.match(page.html, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
  assert.doesNotMatch(page.html, /<script|onclick|javascript:/);
  assert.match(String(page.headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
  assert.match(String(page.headers["set-cookie"]), /^demo-idp-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  assert.equal((await browser.open(new URL("/else", idp.issuer))).status, 404);
  assert.equal((await browser.open(idp.issuer)).status, 200);
});

test("a form that is too large is refused", async () => {
  const response = await fetch(`${idp.issuer}/token`, { method: "POST", body: "x".repeat(20_000) });
  assert.equal(response.status, 500);
});
