// An OpenID Provider behind the port: the code flow of OpenID Connect Core 1.0, section 3.1, with openid-client.
import * as sdk from "openid-client";
import type { JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type {
  Authentication,
  IdentityProvider,
  SignInDemands,
  SignInSecrets,
} from "../../core/ports/identity-provider.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { callerOf } from "./call.ts";
import { openDiscovery } from "./discovery.ts";
import { idTokenProblem, keptOf, nameOf } from "./id-token.ts";
import { openKeys } from "./keys.ts";
import { notDiscovered, notFinished, refused } from "./refusals.ts";
import { checkSecrets, configurationOf, parametersOf, redirectAddress, systemSeconds } from "./request.ts";
import type { ProviderSettings } from "./settings.ts";
import { unmet } from "./step-up.ts";

/** Calls nothing until the first sign-in. Settings come checked, from `settingsOf` or `slackSettings`. */
export function openProvider(settings: ProviderSettings, clock: Clock): IdentityProvider {
  const { issuer, title } = settings;
  const fetch = callerOf(settings);
  const discover = openDiscovery(settings, fetch, clock);
  const keys = openKeys(clock, systemSeconds);

  const reach = async (): Promise<sdk.Configuration | Refusal> => {
    try {
      return configurationOf(settings, await discover(), { fetch, clock });
    } catch (error) {
      return notDiscovered(title, error);
    }
  };

  return {
    issuer,
    title,
    async begin(secrets, redirectUri, demands) {
      const configuration = await reach();
      if (isRefusal(configuration)) return configuration;
      return sdk.buildAuthorizationUrl(configuration, await parametersOf(settings, { secrets, redirectUri, demands }));
    },
    async finish(cameBackTo, secrets, redirectUri, demands) {
      checkSecrets(secrets);
      // Behind a proxy the browser's address and ours differ; the provider knows the one that was registered.
      const answer = redirectAddress(redirectUri);
      answer.search = cameBackTo.search;
      const configuration = await reach();
      if (isRefusal(configuration)) return configuration;
      keys.lend(configuration);
      try {
        const exchanged = await exchange(configuration, { settings, answer, secrets });
        return authenticationFrom(settings, exchanged, { demands, now: clock.now() });
      } catch (error) {
        return notFinished(title, error);
      } finally {
        keys.keep(configuration);
      }
    },
  };
}

interface Exchanged {
  readonly idToken: JsonObject;
  readonly accessToken: string;
  readonly tokenType: string;
  /** The ID token's claims, with those of the userinfo endpoint under them where it is asked. */
  readonly claims: JsonObject;
}

interface Exchange {
  readonly settings: ProviderSettings;
  readonly answer: URL;
  readonly secrets: SignInSecrets;
}

async function exchange(configuration: sdk.Configuration, given: Exchange): Promise<Exchanged> {
  const { settings, answer, secrets } = given;
  const tokens = await sdk.authorizationCodeGrant(configuration, answer, {
    expectedState: secrets.state,
    expectedNonce: secrets.nonce,
    idTokenExpected: true,
    ...(settings.usesPkce ? { pkceCodeVerifier: secrets.codeVerifier } : {}),
  });
  const idToken = (tokens.claims() ?? {}) as JsonObject;
  const { access_token: accessToken, token_type: tokenType } = tokens;
  if (!settings.asksUserinfo) return { idToken, accessToken, tokenType, claims: idToken };
  const more = await sdk.fetchUserInfo(configuration, accessToken, String(idToken.sub));
  return { idToken, accessToken, tokenType, claims: { ...(more as JsonObject), ...idToken } };
}

interface Against {
  readonly demands: SignInDemands;
  readonly now: number;
}

function authenticationFrom(
  settings: ProviderSettings,
  exchanged: Exchanged,
  against: Against,
): Authentication | Refusal {
  const { title, clientId, algorithm, skewMs } = settings;
  const { idToken, accessToken, claims } = exchanged;
  if (exchanged.tokenType !== "bearer") return refused(title, "sent an access token of another type than Bearer");
  const { now, demands } = against;
  const wrong = idTokenProblem({ claims: idToken, clientId, algorithm, accessToken, now, skewMs });
  if (wrong !== null) return refused(title, `sent an ID token ${wrong}`);
  const weak = demands.stepUp === undefined ? null : unmet({ claims: idToken, stepUp: demands.stepUp, now, skewMs });
  if (weak !== null) return refused(`The sign-in at ${title}`, weak.says, weak.hint);
  const kept = keptOf(claims, settings);
  if (kept.kind === "problem") return refused(title, `sent an ID token ${kept.says}`);
  const slack = slackOf(idToken);
  if (settings.isSlack && slack === null) return refused(title, "sent an ID token that names no Slack team and user");
  return {
    issuer: settings.issuer,
    subject: String(idToken.sub),
    authenticatedAt: typeof idToken.auth_time === "number" ? idToken.auth_time * 1000 : null,
    acr: typeof idToken.acr === "string" ? idToken.acr : null,
    amr: Array.isArray(idToken.amr) ? idToken.amr.filter((method) => typeof method === "string") : [],
    claims: kept.claims,
    groups: kept.groups,
    name: nameOf(claims),
    slack: settings.isSlack ? slack : null,
  };
}

/** Source of the claims: docs.slack.dev/reference/methods/openid.connect.token. */
function slackOf(claims: JsonObject): Authentication["slack"] {
  const teamId = claims["https://slack.com/team_id"];
  const userId = claims["https://slack.com/user_id"];
  if (typeof teamId !== "string" || typeof userId !== "string") return null;
  return /^[TE][A-Z0-9]+$/.test(teamId) && /^[UW][A-Z0-9]+$/.test(userId) ? { teamId, userId } : null;
}
