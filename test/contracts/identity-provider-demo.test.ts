// The identity provider contract on the demo's own: as a confidential client and as a public one.
import { startLocalIdp } from "../../demo/idp/idp.ts";
import { SECURITY_KEY } from "../../demo/idp/people.ts";
import { openProvider } from "../../src/integrations/oidc/provider.ts";
import { settingsOf } from "../../src/integrations/oidc/settings.ts";
import { HandClock } from "../support/hand-clock.ts";
import { openPlainBrowser } from "../support/plain-browser.ts";
import { identityProviderContract, redirectUri } from "./identity-provider.ts";

const stepUp = { maxAgeMs: 60_000, acr: [SECURITY_KEY], amr: ["hwk", "mfa"] };

for (const clientSecret of ["hush: 100 % + more", null]) {
  const name = `demo provider, ${clientSecret === null ? "public" : "confidential"} client`;
  identityProviderContract({ name, stepUp, usesPkce: true }, async () => {
    const clock = new HandClock();
    const client = { clientId: "countersign", clientSecret, redirectUris: [redirectUri], name: "Countersign" };
    const idp = await startLocalIdp({ port: 0, clients: [client], clock });
    const settings = settingsOf({
      issuer: idp.issuer,
      title: "Acme Robotics sign-in",
      clientId: "countersign",
      clientSecret,
      scopes: ["profile", "email", "groups"],
      algorithm: "ES256",
      groupsClaim: "groups",
      claims: ["email", "department"],
      allowsLoopbackHttp: true,
    });
    return {
      provider: openProvider(settings, clock),
      expected: {
        subject: "acme-1002",
        name: "Ben Adeyemi",
        claims: { email: "ben@acme-robotics.example" },
        groups: ["engineers", "payments-leads"],
        slack: null,
      },
      newBrowser: () => {
        const browser = openPlainBrowser({ stopAt: [redirectUri] });
        return {
          visit: async (address) => {
            const next = await browser.press(await browser.open(address), "Sign in as Ben");
            return next.status === 0 ? next.url : (await browser.press(next, "Confirm with your security key")).url;
          },
          decline: async (address) => (await browser.press(await browser.open(address), "Cancel")).url,
        };
      },
      close: () => idp.stop(),
    };
  });
}
