// What can never work as a provider's settings is said at the start; secrets that are too short are a fault.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressProblem } from "../../../src/integrations/oidc/address.ts";
import { openProvider } from "../../../src/integrations/oidc/provider.ts";
import { type GivenSettings, settingsOf } from "../../../src/integrations/oidc/settings.ts";
import { slackSettings } from "../../../src/integrations/oidc/slack.ts";
import { HandClock } from "../../support/hand-clock.ts";
import { newSecrets, redirectUri } from "./visits.ts";

const good: GivenSettings = {
  issuer: "https://idp.example/realm",
  title: "Example Corp sign-in",
  clientId: "countersign",
};

const wrong: readonly (readonly [Partial<GivenSettings>, RegExp])[] = [
  [{ issuer: "http://idp.example" }, /^issuer http:\/\/idp.example: it is not https/],
  [{ issuer: "http://127.0.0.1:9" }, /plain http to this machine is not allowed by the settings/],
  [{ issuer: "http://127.0.0.1.example", allowsLoopbackHttp: true }, /it is not https/],
  [{ issuer: "idp.example" }, /it is not an address/],
  [{ issuer: "https://idp.example/#x" }, /it has a fragment/],
  [{ issuer: "https://idp.example/?tenant=1" }, /it has a query/],
  [{ issuer: "https://a:b@idp.example" }, /user name or password/],
  [{ clientId: "" }, /clientId is empty/],
  [{ clientSecret: "" }, /clientSecret is empty: leave it away/],
  [{ clientSecret: null, usesPkce: false }, /a public client needs PKCE/],
  [{ algorithm: "HS256" as never }, /algorithm HS256: it is none of RS256, PS256, ES256, EdDSA/],
  [{ algorithm: "none" as never }, /algorithm none/],
  [{ skewMs: 300_001 }, /skewMs/],
  [{ skewMs: Number.NaN }, /skewMs/],
  [{ callMs: 0 }, /callMs/],
];

for (const [change, named] of wrong) {
  test(`settings are refused: ${JSON.stringify(change)}`, () => {
    assert.throws(() => settingsOf({ ...good, ...change }), { message: named });
  });
}

test("openid is always asked for, once", () => {
  assert.deepEqual(settingsOf(good).scopes, ["openid", "profile"]);
  assert.deepEqual(settingsOf({ ...good, scopes: ["groups", "openid"] }).scopes, ["openid", "groups"]);
});

test("T19: only https is called, and http on this machine where it is allowed", () => {
  const never = [
    "ftp://idp.example",
    "http://10.0.0.1/",
    "http://169.254.169.254/",
    "http://0x7f.1.example/",
    "data:,x",
  ];
  for (const address of never) assert.notEqual(addressProblem(address, true), null, address);
  for (const host of ["127.0.0.1:8", "localhost", "[::1]:8"]) {
    assert.equal(addressProblem(`http://${host}/x`, true), null);
    assert.notEqual(addressProblem(`http://${host}/x`, false), null);
  }
});

test("Slack: its own addresses, state, nonce and secret, no PKCE; the demo's Slack in its place", async () => {
  const clock = new HandClock();
  const app = { clientId: "1.2", clientSecret: "hush", teamId: "T0LOCAL01" };
  const settings = slackSettings({ ...app, apiUrl: null });
  assert.equal(settings.issuer, "https://slack.com");
  assert.equal(settings.allowsLoopbackHttp, false);
  assert.deepEqual(
    [settings.endpoints?.token, settings.endpoints?.keys],
    ["https://slack.com/api/openid.connect.token", "https://slack.com/openid/connect/keys"],
  );
  const secrets = newSecrets();
  const address = await openProvider(settings, clock).begin(secrets, redirectUri, {});
  assert.ok(address instanceof URL);
  assert.equal(`${address.origin}${address.pathname}`, "https://slack.com/openid/connect/authorize");
  assert.deepEqual(Object.fromEntries(address.searchParams), {
    client_id: "1.2",
    team: "T0LOCAL01",
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "openid profile",
    state: secrets.state,
    nonce: secrets.nonce,
  });
  const local = slackSettings({ ...app, apiUrl: "http://127.0.0.1:3210/api/" });
  assert.equal(local.issuer, "http://127.0.0.1:3210");
  assert.throws(() => slackSettings({ ...app, apiUrl: "http://slack.example/api/" }), /it is not https/);
});

test("asked twice, begin gives two addresses that are equal", async () => {
  const provider = openProvider(slackSettings({ clientId: "1", clientSecret: "x", apiUrl: null }), new HandClock());
  const secrets = newSecrets();
  const [one, two] = [await provider.begin(secrets, redirectUri, {}), await provider.begin(secrets, redirectUri, {})];
  assert.equal(String(one), String(two));
});

test("secrets that are too short, and a redirect URI with a query, are faults of ours", async () => {
  const provider = openProvider(slackSettings({ clientId: "1", clientSecret: "x", apiUrl: null }), new HandClock());
  const back = new URL(redirectUri);
  for (const short of ["state", "nonce", "codeVerifier"]) {
    const secrets = { ...newSecrets(), [short]: "" };
    await assert.rejects(provider.begin(secrets, redirectUri, {}), /too short/);
    await assert.rejects(provider.finish(back, secrets, redirectUri, {}), /too short/);
  }
  await assert.rejects(provider.begin(newSecrets(), `${redirectUri}?x=1`, {}), /has a query/);
});
