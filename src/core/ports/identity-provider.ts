// Signing in at an OpenID Provider: the company's IdP, and Slack itself. Two calls around one browser visit.
import type { StepUp } from "../policy.ts";
import type { Refusal } from "../refusal.ts";

/**
 * What one sign-in is bound to, made before the browser leaves and held on the server until it is back; each is used once.
 * `state` (RFC 6749 section 10.12), `nonce` (OpenID Connect Core 1.0 section 3.1.2.1), `codeVerifier` (RFC 7636).
 */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface SignInDemands {
  /** A fresh authentication: sent as `max_age` and `acr_values`, and held against the ID token that comes back. */
  readonly stepUp?: StepUp;
  /** Spares the person typing their name again; never trusted. */
  readonly loginHint?: string;
}

/** What a checked ID token says; the token itself goes no further than the adapter (T28). */
export interface Authentication {
  readonly issuer: string;
  readonly subject: string;
  /** `auth_time` in ms, where the provider tells; null where it does not. */
  readonly authenticatedAt: number | null;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** Only the claims that the configuration names, as text. */
  readonly claims: Readonly<Record<string, string>>;
  /** The configured groups claim; empty where there is none. */
  readonly groups: readonly string[];
  /** For showing on the consent page only. */
  readonly name: string;
  /** Slack's own claims, when the provider is Slack: `https://slack.com/team_id`, `https://slack.com/user_id`. */
  readonly slack: { readonly teamId: string; readonly userId: string } | null;
}

export interface IdentityProvider {
  /** As the configuration names it; where tokens must come from. */
  readonly issuer: string;
  /** For people: "Slack", "Example Corp sign-in". */
  readonly title: string;
  /**
   * Where the browser goes. Refuses with `sign-in-unavailable` while the provider's discovery document cannot be had or names
   * another issuer. Asked twice it gives two addresses that are equal.
   */
  begin(secrets: SignInSecrets, redirectUri: string, demands: SignInDemands): Promise<URL | Refusal>;
  /**
   * Exchanges the code of the address that the browser came back to, and checks everything: state, `iss` of the response
   * (RFC 9207), the ID token's signature, issuer, audience, times, nonce, and what was demanded. Refuses with `sign-in-refused`
   * for anything that is not exactly right, `sign-in-unavailable` when the provider does not answer. A second exchange of one code
   * is refused by the provider.
   */
  finish(
    cameBackTo: URL,
    secrets: SignInSecrets,
    redirectUri: string,
    demands: SignInDemands,
  ): Promise<Authentication | Refusal>;
}
