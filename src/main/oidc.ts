// The providers as production opens them: OpenID Connect at the company's, and Sign in with Slack.
import { openProvider } from "../integrations/oidc/provider.ts";
import { settingsOf } from "../integrations/oidc/settings.ts";
import { slackSettings } from "../integrations/oidc/slack.ts";
import type { OpenProviders } from "./identity.ts";

/** Calls nothing yet. Throws for settings that can never work. */
export const openOidcProviders: OpenProviders = async ({ config, secrets, slack, clock }) => {
  const { title, issuer, clientId, scopes, groupsClaim, claims, signingAlgorithm, asksUserinfo } = config.provider;
  return {
    company: openProvider(
      settingsOf({
        ...{ title, issuer, clientId, scopes, groupsClaim, claims },
        ...{ asksUserinfo, algorithm: signingAlgorithm, clientSecret: secrets.providerClientSecret },
        allowsLoopbackHttp: config.allowHttpLoopback,
      }),
      clock,
    ),
    slack: openProvider(
      slackSettings({
        clientId: config.slack.clientId,
        clientSecret: secrets.slackClientSecret,
        teamId: slack.teamId,
        apiUrl: slack.apiUrl,
      }),
      clock,
    ),
  };
};
