// The token endpoint: a code, its verifier and the client's secret against an ID token (RFC 6749, sections 2.3.1, 4.1.3, 5).
import { createHash, timingSafeEqual } from "node:crypto";
import type { Codes } from "../sign-in/codes.ts";
import { halfHash, type TokenKey } from "../sign-in/jwt.ts";
import { type DirectoryPerson, methodsOf } from "./people.ts";
import type { AuthorizationRequest, IdpClient } from "./request.ts";

const TOKEN_SECONDS = 300;

/** What a code stands for. */
export interface Grant {
  readonly request: AuthorizationRequest;
  readonly person: DirectoryPerson;
  readonly authenticatedAt: number;
  readonly acr: string;
}

export interface TokenParts {
  readonly issuer: string;
  readonly clients: readonly IdpClient[];
  readonly codes: Codes<Grant>;
  readonly key: TokenKey;
  readonly now: () => number;
  readonly newSecret: () => string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const no = (status: number, error: string): TokenAnswer => ({ status, body: { error } });

export function exchange(parts: TokenParts, form: URLSearchParams, authorization: string | undefined): TokenAnswer {
  const client = clientOf(parts.clients, form, authorization);
  if (client === undefined) return no(401, "invalid_client");
  if (form.get("grant_type") !== "authorization_code") return no(400, "unsupported_grant_type");
  const redeemed = parts.codes.redeem(form.get("code") ?? "");
  if (redeemed.kind !== "good") return no(400, "invalid_grant");
  const { request } = redeemed.what;
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  const isTheirs =
    request.client === client &&
    request.redirectUri === form.get("redirect_uri") &&
    request.codeChallenge === challenge;
  if (!isTheirs) return no(400, "invalid_grant");
  const accessToken = parts.newSecret();
  const body = { access_token: accessToken, token_type: "Bearer", expires_in: TOKEN_SECONDS };
  return { status: 200, body: { ...body, id_token: parts.key.sign(claimsOf(parts, redeemed.what, accessToken)) } };
}

/** By `client_secret_basic`, `client_secret_post`, or for a public client by its id alone. */
function clientOf(
  clients: readonly IdpClient[],
  form: URLSearchParams,
  authorization: string | undefined,
): IdpClient | undefined {
  const [id, secret] =
    authorization === undefined ? [form.get("client_id"), form.get("client_secret")] : basic(authorization);
  const client = clients.find(({ clientId }) => clientId === id);
  if (client === undefined) return undefined;
  if (client.clientSecret === null) return authorization === undefined && secret === null ? client : undefined;
  return secret !== null && isSame(secret, client.clientSecret) ? client : undefined;
}

/** Both halves are form-encoded before they are joined. */
function basic(authorization: string): readonly [string | null, string | null] {
  const joined = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization)?.[1];
  if (joined === undefined) return [null, null];
  const [id = "", secret = ""] = Buffer.from(joined, "base64").toString().split(":", 2);
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  return [decoded.get("id"), decoded.get("secret")];
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function claimsOf({ issuer, now }: TokenParts, grant: Grant, accessToken: string): Readonly<Record<string, unknown>> {
  const { request, person, acr } = grant;
  const seconds = Math.floor(now() / 1000);
  const { userName: email, name } = person;
  return {
    iss: issuer,
    sub: person.subject,
    aud: request.client.clientId,
    iat: seconds,
    exp: seconds + TOKEN_SECONDS,
    auth_time: Math.floor(grant.authenticatedAt / 1000),
    ...(request.nonce === null ? {} : { nonce: request.nonce }),
    acr,
    amr: methodsOf(acr),
    at_hash: halfHash(accessToken),
    ...(request.scopes.includes("profile") ? { name, preferred_username: email } : {}),
    ...(request.scopes.includes("email") ? { email, email_verified: true } : {}),
    ...(request.scopes.includes("groups") ? { groups: person.groups } : {}),
  };
}
