// What the SDK is told for one visit of one browser: the provider, who we are, and what the authorization request says.
import * as sdk from "openid-client";
import type { Clock } from "../../core/ports/clock.ts";
import type { SignInDemands, SignInSecrets } from "../../core/ports/identity-provider.ts";
import { authenticationOf } from "./discovery.ts";
import type { Endpoints, ProviderSettings } from "./settings.ts";

export const systemSeconds = (): number => Math.floor(Date.now() / 1000);

interface Means {
  readonly fetch: sdk.CustomFetch;
  readonly clock: Clock;
}

/** Made for one visit: what one exchange leaves behind in it never reaches another. */
export function configurationOf(settings: ProviderSettings, endpoints: Endpoints, means: Means): sdk.Configuration {
  const { issuer, clientId, clientSecret, algorithm, skewMs, callMs, allowsLoopbackHttp } = settings;
  const server: sdk.ServerMetadata = {
    issuer,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    jwks_uri: endpoints.keys,
    ...(endpoints.userinfo === null ? {} : { userinfo_endpoint: endpoints.userinfo }),
    authorization_response_iss_parameter_supported: endpoints.namesIssuer,
  };
  const client = {
    id_token_signed_response_alg: algorithm,
    [sdk.clockTolerance]: Math.ceil(skewMs / 1000),
    // The SDK reads the system's clock; this is how far the clock that was handed in is from it.
    [sdk.clockSkew]: Math.floor(means.clock.now() / 1000) - systemSeconds(),
  };
  const configuration = new sdk.Configuration(server, clientId, client, clientAuthentication(clientSecret, endpoints));
  configuration.timeout = callMs / 1000;
  configuration[sdk.customFetch] = means.fetch;
  if (allowsLoopbackHttp) sdk.allowInsecureRequests(configuration);
  // Without this the SDK trusts TLS alone and leaves the ID token's signature unread.
  sdk.enableNonRepudiationChecks(configuration);
  return configuration;
}

function clientAuthentication(secret: string | null, endpoints: Endpoints): sdk.ClientAuth {
  if (secret === null) return sdk.None();
  const posts = authenticationOf(endpoints) === "client_secret_post";
  return posts ? sdk.ClientSecretPost(secret) : sdk.ClientSecretBasic(secret);
}

export interface Visit {
  readonly secrets: SignInSecrets;
  readonly redirectUri: string;
  readonly demands: SignInDemands;
}

export async function parametersOf(settings: ProviderSettings, visit: Visit): Promise<Record<string, string>> {
  const { secrets, demands } = visit;
  const { stepUp, loginHint } = demands;
  checkSecrets(secrets);
  const challenge = async () => ({
    code_challenge: await sdk.calculatePKCECodeChallenge(secrets.codeVerifier),
    code_challenge_method: "S256",
  });
  return {
    ...settings.extraParameters,
    response_type: "code",
    redirect_uri: redirectAddress(visit.redirectUri).href,
    scope: settings.scopes.join(" "),
    state: secrets.state,
    nonce: secrets.nonce,
    ...(settings.usesPkce ? await challenge() : {}),
    ...(stepUp === undefined ? {} : { max_age: String(Math.floor(stepUp.maxAgeMs / 1000)) }),
    ...(stepUp === undefined || stepUp.acr.length === 0 ? {} : { acr_values: stepUp.acr.join(" ") }),
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  };
}

/** Throws for an address with a query: the SDK leaves it away in the exchange, and no provider would then find the two equal. */
export function redirectAddress(redirectUri: string): URL {
  const address = new URL(redirectUri);
  if (address.search !== "" || address.hash !== "") throw new Error("the redirect URI has a query or fragment");
  return address;
}

/** Throws: RFC 7636, section 4.1, wants 43 characters at least; the SDK would leave an empty verifier away without a word. */
export function checkSecrets({ state, nonce, codeVerifier }: SignInSecrets): void {
  if ([state, nonce, codeVerifier].some((secret) => secret.length < 43))
    throw new Error("a sign-in's secrets are too short");
}
