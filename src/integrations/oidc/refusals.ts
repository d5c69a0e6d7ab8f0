// What went wrong at a provider, reduced to a sentence of ours: no token, no code, no word of the provider's own.
import { AuthorizationResponseError, ResponseBodyError } from "openid-client";
import { at, type Json } from "../../core/json.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { CallError } from "./call.ts";
import { DiscoveryError } from "./discovery.ts";

const again = "Begin anew in Slack. If it happens again, show this sentence to the people who run the bot.";
const later = "Try again in a minute. If it stays so, show this sentence to the people who run the bot.";

export function refused(title: string, says: string, hint: string = again): Refusal {
  return refuse("sign-in-refused", `${title} ${says}.`, hint);
}

export function unavailable(title: string, says: string): Refusal {
  return refuse("sign-in-unavailable", `${title} ${says}.`, later);
}

/** For `begin`: whatever is wrong then, nobody can sign in there now. */
export function notDiscovered(title: string, error: unknown): Refusal {
  const call = inChain(error, CallError) ?? inChain(error, DiscoveryError);
  if (call !== undefined) return unavailable(title, call.says);
  const { code, attribute } = partsOf(error);
  if (attribute === "issuer") return unavailable(title, "has a discovery document of another issuer");
  return unavailable(title, `has a discovery document that cannot be read (${code})`);
}

/**
 * For `finish`: no answer is "later", an answer that is not right is "no", also one on which the SDK stumbles. What the SDK says
 * of its own arguments (`ERR_INVALID_ARG_…`) is a fault of ours and thrown on.
 */
export function notFinished(title: string, error: unknown): Refusal {
  const call = inChain(error, CallError);
  if (call !== undefined) return unavailable(title, call.says);
  if (error instanceof AuthorizationResponseError) return declined(title, error.error);
  if (error instanceof ResponseBodyError) return declined(title, error.error);
  const parts = partsOf(error);
  if (parts.code.startsWith("ERR_")) throw error;
  return refused(title, saysOf(parts));
}

/** RFC 6749, sections 4.1.2.1 and 5.2; OpenID Connect Core 1.0, section 3.1.2.6; Slack's method page. */
const errors: Readonly<Record<string, string>> = {
  access_denied: "was told no: somebody declined, or you may not use it",
  login_required: "did not sign you in",
  interaction_required: "did not sign you in",
  consent_required: "did not get your consent",
  unmet_authentication_requirements: "could not sign you in as strongly as is demanded",
  invalid_grant:
    "does not take the code of this sign-in: it was used before, is too old, or belongs to another sign-in",
  invalid_code: "does not take the code of this sign-in: it was used before, is too old, or belongs to another sign-in",
  code_already_used: "does not take the code of this sign-in: it was used before",
  code_expired: "does not take the code of this sign-in: it is too old",
  invalid_client: "does not know the bot, or not with this secret: an operator must look at the client id and secret",
  invalid_client_id: "does not know the bot: an operator must look at the client id",
  bad_client_secret: "does not know the bot with this secret: an operator must look at the client secret",
  bad_redirect_uri: "does not know the bot's address: an operator must register the redirect URI",
};

const passing: ReadonlySet<string> = new Set([
  "server_error",
  "temporarily_unavailable",
  "internal_error",
  "service_unavailable",
  "ratelimited",
]);

function declined(title: string, error: string): Refusal {
  const code = /^[a-z][a-z_]{1,60}$/.test(error) ? error : "an unreadable error";
  if (passing.has(code)) return unavailable(title, `cannot sign anybody in now (${code})`);
  const known = Object.hasOwn(errors, code) ? errors[code] : undefined;
  return refused(title, known === undefined ? `answered with ${code}` : `${known} (${code})`);
}

interface Parts {
  readonly code: string;
  /** The SDK's own constant words; looked at, never shown. */
  readonly words: string;
  readonly claim: string;
  readonly attribute: string;
}

function partsOf(error: unknown): Parts {
  const parts = { code: "unknown", words: "", claim: "", attribute: "" };
  for (const one of chainOf(error)) {
    if (one instanceof Error) {
      // Below the SDK's own errors come the runtime's, which may quote what they could not read.
      if (!("code" in one) || typeof one.code !== "string") break;
      parts.code = one.code;
      parts.words = one.message;
    } else {
      const claim = at(one as Json, "claim");
      const attribute = at(one as Json, "attribute");
      if (typeof claim === "string") parts.claim = claim;
      if (typeof attribute === "string") parts.attribute = attribute;
      if (attribute === "issuer") break;
    }
  }
  return parts;
}

/** The SDK's words → ours. What is not among them is named by its code. */
const readings: readonly (readonly [RegExp, string])[] = [
  [/provided only once|implicit and hybrid|JARM/, "sent an answer in a form that was not asked for"],
  [/"state"/, `sent an answer whose "state" is not of this sign-in`],
  [/"iss" \(issuer\)( response parameter|$)|response parameter "iss"/, `sent an answer whose "iss" is not its own`],
  [/no authorization code/, "sent an answer without a code"],
  [/"alg" header|JWS algorithm|JWS "alg"/, "sent an ID token that is not signed as agreed (alg)"],
  [/signature verification failed/, "sent an ID token whose signature is wrong"],
  [/no applicable keys/, "sent an ID token that is signed with none of its published keys"],
  [/multiple applicable keys/, "sent an ID token that does not say which of its keys signed it (kid)"],
  [/JWE/, "sent an ID token that is encrypted"],
  [/"crit"/, `sent an ID token with a critical header ("crit") that nobody here knows`],
  [/"id_token" property/, "sent no ID token"],
  [
    /body "\w+" property|body must be|content-type|parse "response"|parsing error/,
    "sent an answer that cannot be read",
  ],
  [/token_type/, "sent an access token of another type than Bearer"],
  [/modulusLength|CryptoKey/, "sent an ID token that is signed with a key too weak to be taken"],
  [/unexpected HTTP status/, "sent an answer that is neither a token nor an error"],
  [/Invalid JWT|JWT Header|JWT Payload/, "sent an ID token that cannot be read"],
];

function saysOf({ code, words, claim, attribute }: Parts): string {
  if (attribute === "sub") return `answered for another "sub" at its userinfo endpoint`;
  if (claim !== "") return `sent an ID token whose "${claim}" is not right`;
  const about = /^(?:unexpected )?JWT "(\w{1,20})" \([\w ]+\) claim (missing|type)|ID Token "(\w{1,20})"/.exec(words);
  if (about !== null) {
    const name = about[1] ?? about[3] ?? "";
    return about[2] === "missing"
      ? `sent an ID token without "${name}"`
      : `sent an ID token whose "${name}" is not right`;
  }
  return readings.find(([pattern]) => pattern.test(words))?.[1] ?? `sent an answer that is not right (${code})`;
}

function chainOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && chain.length < 6; ) {
    chain.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return chain;
}

function inChain<T>(error: unknown, kind: new (says: string) => T): T | undefined {
  return chainOf(error).find((one) => one instanceof kind) as T | undefined;
}
