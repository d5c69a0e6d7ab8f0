// npm oidc-provider, a certified OpenID Provider, over TLS with an authority of our own; it signs people in without pages.
import { generateKeyPairSync } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { Provider } from "oidc-provider";
import { createMemoryAdapter } from "oidc-provider/lib/adapters/memory_adapter.js";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";

export interface CertifiedPerson {
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
}

export interface CertifiedOptions {
  readonly redirectUris: readonly string[];
  readonly clientSecret: string | null;
  readonly algorithm: "RS256" | "PS256" | "ES256" | "EdDSA";
  /** Off: groups and profile are at the userinfo endpoint only, as OpenID Connect Core 1.0, section 5.4, has it. */
  readonly claimsInIdToken: boolean;
  readonly person: CertifiedPerson;
}

export interface CertifiedProvider {
  readonly issuer: string;
  readonly clientId: string;
  /** PEM. */
  readonly ca: string;
  /** Whether the next visits are declined. */
  decline(isDeclined: boolean): void;
  stop(): Promise<void>;
}

/** `acr` of a sign-in that was asked for it. */
export const strong = { acr: "urn:example:mfa", amr: ["hwk", "mfa"] } as const;
const weak = { acr: "urn:example:password", amr: ["pwd"] } as const;

export async function startCertifiedProvider(options: CertifiedOptions): Promise<CertifiedProvider> {
  const validity = validAround(new Date());
  const authority = newAuthority("certified-provider-ca", validity);
  const leaf = { commonName: "localhost", use: "server", hosts: ["localhost"], ips: ["127.0.0.1"] } as const;
  const { certificatePem: cert, keyPem: key } = issue(authority, leaf, validity);
  let declines = false;
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer({ cert, key }, (request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const issuer = `https://localhost:${typeof address === "object" && address !== null ? address.port : 0}`;
  const provider = new Provider(issuer, configurationOf(options));
  const callback = provider.callback();
  handle = (request, response) => {
    const answer = request.url?.startsWith("/interaction/") === true ? interact : callback;
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  };

  /** In place of pages: the one person signs in and consents, or declines. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    const finish = (result: object) => provider.interactionFinished(request, response, result);
    if (declines) return await finish({ error: "access_denied", error_description: "declined" });
    if (prompt.name === "login") {
      const strength = String(params.acr_values).split(" ").includes(strong.acr) ? strong : weak;
      return await finish({ login: { accountId: options.person.subject, ...strength } });
    }
    const grant = new provider.Grant({ accountId: session?.accountId ?? "", clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    await finish({ consent: { grantId: await grant.save() } });
  }

  return {
    issuer,
    clientId: "countersign",
    ca: authority.certificatePem,
    decline: (isDeclined) => {
      declines = isDeclined;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function configurationOf({ person, algorithm, clientSecret, redirectUris, claimsInIdToken }: CertifiedOptions): object {
  const client = {
    client_id: "countersign",
    redirect_uris: [...redirectUris],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    id_token_signed_response_alg: algorithm,
    ...(clientSecret === null
      ? { token_endpoint_auth_method: "none" }
      : { client_secret: clientSecret, token_endpoint_auth_method: "client_secret_basic" }),
  };
  return {
    // What it would use by itself, after a warning for each start; so are the times.
    adapter: createMemoryAdapter(0),
    ttl: { Interaction: 600, Session: 3_600, Grant: 3_600, AuthorizationCode: 60, AccessToken: 300, IdToken: 300 },
    clients: [client],
    jwks: { keys: [{ ...privateJwk(algorithm), kid: "one", alg: algorithm, use: "sig" }] },
    cookies: { keys: ["only-for-tests"] },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: true } },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
    acrValues: [strong.acr, weak.acr],
    conformIdTokenClaims: !claimsInIdToken,
    claims: {
      openid: ["sub", "acr", "amr", "auth_time"],
      profile: ["name"],
      email: ["email"],
      groups: ["groups"],
    },
    scopes: ["openid", "profile", "email", "groups"],
    pkce: { required: () => true },
    interactions: { url: (_: unknown, interaction: { readonly uid: string }) => `/interaction/${interaction.uid}` },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, name: person.name, email: person.email, groups: person.groups }),
    }),
  };
}

function privateJwk(algorithm: CertifiedOptions["algorithm"]): object {
  if (algorithm === "ES256")
    return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  if (algorithm === "EdDSA") return generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
}
