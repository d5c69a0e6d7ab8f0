// The identity provider contract on the local Slack's "Sign in with Slack".
import { startLocalSlack } from "../../demo/slack/start.ts";
import { openProvider } from "../../src/integrations/oidc/provider.ts";
import { slackSettings } from "../../src/integrations/oidc/slack.ts";
import { HandClock } from "../support/hand-clock.ts";
import { openPlainBrowser } from "../support/plain-browser.ts";
import { identityProviderContract, redirectUri } from "./identity-provider.ts";

identityProviderContract({ name: "local Slack", stepUp: null, usesPkce: false }, async () => {
  const clock = new HandClock();
  const slack = await startLocalSlack({
    port: 0,
    clock: { now: () => clock.now(), after: () => () => undefined },
    signIn: { redirectUrls: [redirectUri] },
  });
  const { clientId, clientSecret, apiUrl, team } = slack;
  const provider = openProvider(slackSettings({ clientId, clientSecret, apiUrl, teamId: team.id }), clock);
  const pressed = (words: string) => async (address: URL) => {
    const browser = openPlainBrowser({ stopAt: [redirectUri] });
    return (await browser.press(await browser.open(address), words)).url;
  };
  return {
    provider,
    expected: {
      subject: "U0ANA0001",
      name: "Ana Ortiz",
      claims: {},
      groups: [],
      slack: { teamId: team.id, userId: "U0ANA0001" },
    },
    newBrowser: () => ({ visit: pressed("Ana Ortiz"), decline: pressed("Cancel") }),
    close: () => slack.stop(),
  };
});
