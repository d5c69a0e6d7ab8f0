// "Sign in with Slack" as the local Slack's other parts see it: the app's settings for it, its codes and its key.
import { type Codes, makeCodes } from "../../sign-in/codes.ts";
import { newTokenKey, type TokenKey } from "../../sign-in/jwt.ts";
import type { Clock } from "../clock.ts";
import type { Obj } from "../records.ts";

/** Source: docs.slack.dev/authentication/installing-with-oauth: a temporary code expires after ten minutes. */
const CODE_MS = 10 * 60_000;

/** What a code stands for. */
export interface Grant {
  readonly user: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** "" when none was sent; Slack then answers with an empty `nonce` (github.com/panva/oauth4webapi/issues/186). */
  readonly nonce: string;
  readonly scopes: readonly string[];
  readonly signedInAt: number;
}

export interface SignIn {
  readonly codes: Codes<Grant>;
  readonly key: () => TokenKey;
}

export function makeSignIn(clock: Clock, newSecret: () => string): SignIn {
  let key: TokenKey | undefined;
  return {
    codes: makeCodes({ now: clock.now, newSecret: () => `${newSecret()}.${newSecret()}`, livesMs: CODE_MS }),
    // Made when it is first asked for: most runs of the local Slack never sign anybody in.
    key: () => {
      key ??= newTokenKey("RS256");
      return key;
    },
  };
}

/** As https://slack.com/.well-known/openid-configuration, with this Slack's address in place of slack.com, and only what is here. */
export const discoveryOf = (url: string): Obj => ({
  issuer: url,
  authorization_endpoint: `${url}/openid/connect/authorize`,
  token_endpoint: `${url}/api/openid.connect.token`,
  jwks_uri: `${url}/openid/connect/keys`,
  scopes_supported: ["openid", "profile", "email"],
  response_types_supported: ["code"],
  grant_types_supported: ["authorization_code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  claims_supported: ["sub", "auth_time", "iss"],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: true,
  token_endpoint_auth_methods_supported: ["client_secret_post"],
});
