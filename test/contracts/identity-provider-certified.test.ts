// The identity provider contract on npm oidc-provider over TLS, and what only TLS and a certified provider show.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/clock.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { openProvider } from "../../src/integrations/oidc/provider.ts";
import { type GivenSettings, settingsOf } from "../../src/integrations/oidc/settings.ts";
import {
  type CertifiedOptions,
  type CertifiedProvider,
  startCertifiedProvider,
  strong,
} from "../support/certified-provider.ts";
import { openPlainBrowser } from "../support/plain-browser.ts";
import { accepted, identityProviderContract, newSecrets, redirectUri, refused } from "./identity-provider.ts";

const person = { subject: "00u-chloe", name: "Chloe Martin", email: "chloe@example.com", groups: ["payments-leads"] };
const stepUp = { maxAgeMs: 60_000, acr: [strong.acr], amr: [...strong.amr] };
const usual: CertifiedOptions = {
  redirectUris: [redirectUri],
  clientSecret: "hush: 100 % + more",
  algorithm: "RS256",
  claimsInIdToken: true,
  person,
};

const settingsFor = (certified: CertifiedProvider, options: CertifiedOptions, more: Partial<GivenSettings> = {}) =>
  settingsOf({
    issuer: certified.issuer,
    title: "Example Corp sign-in",
    clientId: certified.clientId,
    clientSecret: options.clientSecret,
    scopes: ["profile", "email", "groups"],
    algorithm: options.algorithm,
    groupsClaim: "groups",
    claims: ["email"],
    asksUserinfo: !options.claimsInIdToken,
    ca: certified.ca,
    ...more,
  });

const journeys: readonly (readonly [string, Partial<CertifiedOptions>])[] = [
  ["RS256", {}],
  ["ES256, groups at userinfo", { algorithm: "ES256", claimsInIdToken: false }],
  ["PS256, public client", { algorithm: "PS256", clientSecret: null }],
  ["EdDSA", { algorithm: "EdDSA" }],
];

for (const [what, change] of journeys) {
  identityProviderContract({ name: `oidc-provider, ${what}`, stepUp, usesPkce: true }, async () => {
    const options = { ...usual, ...change };
    const certified = await startCertifiedProvider(options);
    const visit = async (address: URL, isDeclined: boolean): Promise<URL> => {
      certified.decline(isDeclined);
      return (await openPlainBrowser({ stopAt: [redirectUri], ca: certified.ca }).open(address)).url;
    };
    return {
      provider: openProvider(settingsFor(certified, options), systemClock),
      expected: {
        subject: person.subject,
        name: person.name,
        claims: { email: person.email },
        groups: person.groups,
        slack: null,
      },
      newBrowser: () => ({ visit: (address) => visit(address, false), decline: (address) => visit(address, true) }),
      close: () => certified.stop(),
    };
  });
}

test("oidc-provider: R21: a sign-in of before is asked anew when it is older than max_age, in the same browser", async () => {
  const certified = await startCertifiedProvider(usual);
  try {
    const provider = openProvider(settingsFor(certified, usual), systemClock);
    const browser = openPlainBrowser({ stopAt: [redirectUri], ca: certified.ca });
    const signIn = async (maxAgeMs: number, acr: readonly string[]) => {
      const secrets = newSecrets();
      const demands = { stepUp: { maxAgeMs, acr, amr: [] } };
      const address = await provider.begin(secrets, redirectUri, demands);
      assert.ok(address instanceof URL);
      return await provider.finish((await browser.open(address)).url, secrets, redirectUri, demands);
    };
    const weakly = accepted(await signIn(3_600_000, []));
    assert.equal(weakly.acr, "urn:example:password");
    // Still young enough, so the provider asks nobody; it is not strong enough, and that is said.
    refused(
      await signIn(3_600_000, [strong.acr]),
      /the strength \(acr\) "urn:example:password", and "urn:example:mfa" is demanded/,
    );
    const again = accepted(await signIn(0, [strong.acr]));
    assert.equal(again.acr, strong.acr);
  } finally {
    await certified.stop();
  }
});

test("oidc-provider: T27: a certificate of an unknown authority is no provider, and says so", async () => {
  const certified = await startCertifiedProvider(usual);
  try {
    const provider = openProvider(settingsFor(certified, usual, { ca: null }), systemClock);
    const refusal = await provider.begin(newSecrets(), redirectUri, {});
    assert.ok(isRefusal(refusal));
    assert.equal(refusal.code, "sign-in-unavailable");
    assert.match(refusal.message, /^Example Corp sign-in did not answer \(\w*(CERT|SIGNATURE|ISSUER)\w*\)\.$/);
  } finally {
    await certified.stop();
  }
});

test("oidc-provider: a wrong client secret is named as the operator's affair", async () => {
  const certified = await startCertifiedProvider(usual);
  try {
    const provider = openProvider(settingsFor(certified, usual, { clientSecret: "wrong" }), systemClock);
    const secrets = newSecrets();
    const address = await provider.begin(secrets, redirectUri, {});
    assert.ok(address instanceof URL);
    const { url } = await openPlainBrowser({ stopAt: [redirectUri], ca: certified.ca }).open(address);
    refused(await provider.finish(url, secrets, redirectUri, {}), /an operator must look at the client id and secret/);
  } finally {
    await certified.stop();
  }
});
