// openid.connect.*: the app's half of "Sign in with Slack". Source: docs.slack.dev/reference/methods/openid.connect.token.
import { halfHash } from "../../sign-in/jwt.ts";
import type { Inside } from "../inside.ts";
import { textOf } from "../read.ts";
import type { Obj } from "../records.ts";
import { TEAM } from "../seed.ts";
import type { Grant } from "../sign-in/sign-in.ts";
import { type Methods, no, ok } from "./method.ts";

/** Source: the example on the method's page: `exp` is five minutes after `iat`. */
const TOKEN_SECONDS = 300;

export const openid: Methods = {
  "openid.connect.token": { tier: 4, token: "none", scopes: [], run: exchange },
};

function exchange(inside: Inside, args: Obj): Obj {
  const app = inside.app();
  if (textOf(args.client_id) !== app.clientId) return no("invalid_client_id");
  if (textOf(args.client_secret) !== app.clientSecret) return no("bad_client_secret");
  const grantType = textOf(args.grant_type) || "authorization_code";
  if (grantType !== "authorization_code") return no("invalid_grant_type");
  // A confidential client's exchange is known to fail so when it brings PKCE (github.com/paradigmxyz/centaur/pull/1101).
  if (textOf(args.code_verifier) !== "") return no("internal_error");
  const redeemed = inside.signIn.codes.redeem(textOf(args.code));
  if (redeemed.kind === "over") return no("code_expired");
  if (redeemed.kind !== "good") return no("invalid_code");
  const grant = redeemed.what;
  if (grant.clientId !== app.clientId) return no("invalid_code");
  if (grant.redirectUri !== textOf(args.redirect_uri)) return no("bad_redirect_uri");
  const accessToken = `xoxp-local-${inside.newSecret()}`;
  const idToken = inside.signIn.key().sign(claimsOf(inside, grant, accessToken));
  return ok({ access_token: accessToken, token_type: "Bearer", id_token: idToken });
}

function claimsOf(inside: Inside, grant: Grant, accessToken: string): Obj {
  const seconds = Math.floor(inside.clock.now() / 1000);
  const user = inside.state.users.get(grant.user);
  const profile = grant.scopes.includes("profile") ? { name: user?.realName ?? "", locale: "en-US" } : {};
  const email = grant.scopes.includes("email") ? { email: user?.email ?? "", email_verified: true } : {};
  return {
    iss: inside.url(),
    sub: grant.user,
    aud: grant.clientId,
    exp: seconds + TOKEN_SECONDS,
    iat: seconds,
    auth_time: Math.floor(grant.signedInAt / 1000),
    nonce: grant.nonce,
    at_hash: halfHash(accessToken),
    "https://slack.com/team_id": TEAM.id,
    "https://slack.com/user_id": grant.user,
    ...email,
    ...profile,
  };
}
