// What one OpenID Provider is to us: who it is, who we are to it, and how much of what it says is kept.
import { addressProblem } from "./address.ts";

/** Asymmetric ones only: with a shared secret our own configuration could sign for anybody. */
export const signingAlgorithms = ["RS256", "PS256", "ES256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** The addresses that a discovery document gives, and what we look at of the rest. */
export interface Endpoints {
  readonly authorization: string;
  readonly token: string;
  readonly keys: string;
  readonly userinfo: string | null;
  /** RFC 9207: every response names its issuer. */
  readonly namesIssuer: boolean;
  /** `token_endpoint_auth_methods_supported`; null where the document is silent. */
  readonly clientAuthentication: readonly string[] | null;
}

export interface ProviderSettings {
  /** Compared letter by letter: with the discovery document, the response's `iss` and the ID token's. */
  readonly issuer: string;
  /** For people: "Example Corp sign-in". */
  readonly title: string;
  readonly clientId: string;
  /** Null for a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** `openid` is always among them. */
  readonly scopes: readonly string[];
  /** The one algorithm that ID tokens are signed with; RS256 is what a provider uses unless the client is registered otherwise. */
  readonly algorithm: SigningAlgorithm;
  /** The claim that lists groups; null where there is none. */
  readonly groupsClaim: string | null;
  /** Claims that are kept, besides. */
  readonly claims: readonly string[];
  /** Groups and claims are asked at the userinfo endpoint too: for providers that leave them out of the ID token. */
  readonly asksUserinfo: boolean;
  /** Most that the provider's clock may differ from ours. */
  readonly skewMs: number;
  /** Longest wait for each call; the whole answer must be there by then. */
  readonly callMs: number;
  /** PEM of the authority that signed the provider's certificate; null for the system's. */
  readonly ca: string | null;
  /** Plain http to this very machine: for the demo. */
  readonly allowsLoopbackHttp: boolean;
  /** Null: the discovery document says. Slack's are fixed. */
  readonly endpoints: Endpoints | null;
  /** RFC 7636. Only Slack goes without. */
  readonly usesPkce: boolean;
  /** Sent with every authorization request, e.g. Slack's `team`. */
  readonly extraParameters: Readonly<Record<string, string>>;
  /** ID tokens must name a Slack team and user. */
  readonly isSlack: boolean;
}

type Needed = "issuer" | "title" | "clientId";

export type GivenSettings = Pick<ProviderSettings, Needed> & Partial<Omit<ProviderSettings, Needed>>;

/** Five seconds a call: somebody is looking at a blank page meanwhile. */
const usual: Omit<ProviderSettings, Needed> = {
  clientSecret: null,
  scopes: ["openid", "profile"],
  algorithm: "RS256",
  groupsClaim: null,
  claims: [],
  asksUserinfo: false,
  skewMs: 30_000,
  callMs: 5_000,
  ca: null,
  allowsLoopbackHttp: false,
  endpoints: null,
  usesPkce: true,
  extraParameters: {},
  isSlack: false,
};

/** More than this is a wrong clock, not a slow one. */
const mostSkewMs = 300_000;

/** Throws with the setting's name for what can never work; nothing is called. */
export function settingsOf(given: GivenSettings): ProviderSettings {
  const settings = { ...usual, ...given };
  const wrong = addressProblem(settings.issuer, settings.allowsLoopbackHttp);
  if (wrong !== null) throw new Error(`issuer ${settings.issuer}: ${wrong}`);
  if (new URL(settings.issuer).search !== "") throw new Error(`issuer ${settings.issuer}: it has a query`);
  if (settings.clientId === "") throw new Error("clientId is empty");
  if (settings.clientSecret === "") throw new Error("clientSecret is empty: leave it away for a public client");
  if (settings.clientSecret === null && !settings.usesPkce) throw new Error("a public client needs PKCE");
  if (!(signingAlgorithms as readonly string[]).includes(settings.algorithm)) {
    throw new Error(`algorithm ${settings.algorithm}: it is none of ${signingAlgorithms.join(", ")}`);
  }
  if (!(settings.skewMs >= 0 && settings.skewMs <= mostSkewMs)) throw new Error("skewMs is not within 0 to 300000");
  if (!(settings.callMs > 0)) throw new Error("callMs is not a time");
  return { ...settings, scopes: [...new Set(["openid", ...settings.scopes])] };
}
