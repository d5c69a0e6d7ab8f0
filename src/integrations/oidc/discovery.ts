// A provider's discovery document: fetched, held against the settings, kept for a while.
import { allowInsecureRequests, type CustomFetch, customFetch, discovery, type ServerMetadata } from "openid-client";
import type { Clock } from "../../core/ports/clock.ts";
import { addressProblem } from "./address.ts";
import type { Endpoints, ProviderSettings } from "./settings.ts";

/** What is changed at the provider is seen after this, at the latest. */
const keptMs = 3_600_000;

/** The document is there but cannot be used. `says` completes "Example Corp sign-in …". */
export class DiscoveryError extends Error {
  readonly says: string;

  constructor(says: string) {
    super(says);
    this.name = "DiscoveryError";
    this.says = says;
  }
}

/** Asks once for all who ask at the same time; a failure is not kept. Rejects with what `unavailable` reads. */
export function openDiscovery(settings: ProviderSettings, fetch: CustomFetch, clock: Clock): () => Promise<Endpoints> {
  const { endpoints } = settings;
  if (endpoints !== null) return async () => checked(endpoints, settings);
  let kept: { readonly endpoints: Promise<Endpoints>; readonly at: number } | null = null;
  return async () => {
    const now = clock.now();
    if (kept !== null && now >= kept.at && now - kept.at < keptMs) return await kept.endpoints;
    const asked = { endpoints: ask(settings, fetch), at: now };
    kept = asked;
    try {
      return await asked.endpoints;
    } catch (error) {
      if (kept === asked) kept = null;
      throw error;
    }
  };
}

/** OpenID Connect Discovery 1.0, section 4. The SDK takes issuers as equal that differ in a slash; tokens would not fit then. */
async function ask(settings: ProviderSettings, fetch: CustomFetch): Promise<Endpoints> {
  const found = await discovery(new URL(settings.issuer), settings.clientId, undefined, undefined, {
    timeout: settings.callMs / 1000,
    [customFetch]: fetch,
    // Which plain http is let through is the caller's to say: this very machine at most.
    execute: settings.allowsLoopbackHttp ? [allowInsecureRequests] : [],
  });
  const metadata = found.serverMetadata();
  if (metadata.issuer !== settings.issuer) throw new DiscoveryError("has a discovery document of another issuer");
  return checked(endpointsOf(metadata), settings);
}

function endpointsOf(metadata: ServerMetadata): Endpoints {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const methods: unknown = metadata.token_endpoint_auth_methods_supported;
  return {
    authorization: text(metadata.authorization_endpoint),
    token: text(metadata.token_endpoint),
    keys: text(metadata.jwks_uri),
    userinfo: metadata.userinfo_endpoint === undefined ? null : text(metadata.userinfo_endpoint),
    namesIssuer: metadata.authorization_response_iss_parameter_supported === true,
    clientAuthentication: Array.isArray(methods) ? methods.map(text) : null,
  };
}

function checked(endpoints: Endpoints, settings: ProviderSettings): Endpoints {
  const { authorization, token, keys, userinfo } = endpoints;
  const named = { authorization_endpoint: authorization, token_endpoint: token, jwks_uri: keys };
  const needed = settings.asksUserinfo ? { ...named, userinfo_endpoint: userinfo ?? "" } : named;
  for (const [name, address] of Object.entries(needed)) {
    const wrong = addressProblem(address, settings.allowsLoopbackHttp);
    if (wrong !== null) throw new DiscoveryError(`has a discovery document whose ${name} cannot be used: ${wrong}`);
  }
  if (settings.clientSecret !== null && authenticationOf(endpoints) === null) {
    throw new DiscoveryError("takes client secrets in no way that we know: client_secret_basic, client_secret_post");
  }
  return endpoints;
}

/** OpenID Connect Discovery 1.0, section 3: without the list it is `client_secret_basic`. */
export function authenticationOf(endpoints: Endpoints): "client_secret_basic" | "client_secret_post" | null {
  const { clientAuthentication } = endpoints;
  if (clientAuthentication === null || clientAuthentication.includes("client_secret_basic"))
    return "client_secret_basic";
  return clientAuthentication.includes("client_secret_post") ? "client_secret_post" : null;
}
