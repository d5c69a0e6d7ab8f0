// "Sign in with Slack" as an OpenID Provider: its fixed addresses, and what it does not do.
import { type GivenSettings, type ProviderSettings, settingsOf } from "./settings.ts";

const slack = "https://slack.com";

export interface SlackSignIn {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Preselects the workspace; checked by whoever reads the answer, never by this. */
  readonly teamId?: string;
  /** Where the demo's Slack is, as the Slack SDK takes it: `http://127.0.0.1:3210/api/`. Null for Slack itself. */
  readonly apiUrl: string | null;
}

/**
 * Sources: docs.slack.dev/authentication/sign-in-with-slack, docs.slack.dev/reference/methods/openid.connect.token and Slack's
 * own discovery document at https://slack.com/.well-known/openid-configuration: RS256, `client_secret_post`, code flow.
 *
 * Not demanded of Slack: PKCE, because its exchange for a confidential client takes the secret and answers `internal_error`
 * to a `code_verifier` (github.com/paradigmxyz/centaur/pull/1101); and the `iss` of the response (RFC 9207), which its document
 * does not offer. State, nonce and the client secret remain, so a code that was put into another browser is refused by its nonce.
 */
export function slackSettings(given: SlackSignIn, rest: Partial<GivenSettings> = {}): ProviderSettings {
  const { clientId, clientSecret, teamId, apiUrl } = given;
  const home = apiUrl === null ? slack : new URL(apiUrl).origin;
  return settingsOf({
    title: "Slack",
    ...rest,
    issuer: home,
    clientId,
    clientSecret,
    scopes: ["openid", "profile"],
    algorithm: "RS256",
    endpoints: {
      authorization: `${home}/openid/connect/authorize`,
      token: `${home}/api/openid.connect.token`,
      keys: `${home}/openid/connect/keys`,
      userinfo: null,
      namesIssuer: false,
      clientAuthentication: ["client_secret_post"],
    },
    usesPkce: false,
    allowsLoopbackHttp: apiUrl !== null,
    extraParameters: teamId === undefined ? {} : { team: teamId },
    isSlack: true,
  });
}
