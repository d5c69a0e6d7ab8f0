// What an ID token must be beyond what the SDK checks, and what is kept of it: pure.
import { createHash } from "node:crypto";
import { type JsonObject, textAt } from "../../core/json.ts";
import type { SigningAlgorithm } from "./settings.ts";

/** A sign-in takes seconds; a token that was issued long before it was made for something else. */
const oldestMs = 600_000;

export interface IdTokenFacts {
  readonly claims: JsonObject;
  readonly clientId: string;
  readonly algorithm: SigningAlgorithm;
  readonly accessToken: string;
  readonly now: number;
  readonly skewMs: number;
}

/**
 * Null when all is right; else what is wrong, completing "Example Corp sign-in sent an ID token …". The SDK has already checked
 * signature, `iss`, `aud`, `exp`, `nbf` and `nonce`. Sources: OpenID Connect Core 1.0, sections 2, 3.1.3.6 and 3.1.3.7.
 */
export function idTokenProblem(facts: IdTokenFacts): string | null {
  const { claims, clientId, now, skewMs } = facts;
  const { sub, azp, iat, exp } = claims;
  // Section 2: at most 255 ASCII characters.
  if (typeof sub !== "string" || !/^[\x20-\x7e]{1,255}$/.test(sub) || sub.trim() === "") {
    return `whose "sub" names nobody`;
  }
  if (azp !== undefined && azp !== clientId) return `whose "azp" is another client`;
  if (typeof exp !== "number" || typeof iat !== "number") return `without usable "exp" and "iat"`;
  if (exp * 1000 <= now - skewMs) return `whose "exp" is over`;
  if (iat * 1000 > now + skewMs) return `whose "iat" lies in the future`;
  if (iat * 1000 < now - oldestMs - skewMs) return `whose "iat" is too long ago`;
  return atHashProblem(facts);
}

/** Optional in the code flow; where it is given it must be right. */
function atHashProblem({ claims, algorithm, accessToken }: IdTokenFacts): string | null {
  const { at_hash: given } = claims;
  if (given === undefined) return null;
  // Ed25519 hashes with SHA-512 (RFC 8032, section 5.1); the other three are of SHA-256.
  const digest = createHash(algorithm === "EdDSA" ? "sha512" : "sha256")
    .update(accessToken, "ascii")
    .digest();
  const right = digest.subarray(0, digest.length / 2).toString("base64url");
  return given === right ? null : `whose "at_hash" is not that of the access token`;
}

export type Kept =
  | { readonly kind: "kept"; readonly claims: Readonly<Record<string, string>>; readonly groups: readonly string[] }
  | { readonly kind: "problem"; readonly says: string };

interface Wanted {
  readonly claims: readonly string[];
  readonly groupsClaim: string | null;
}

const mostGroups = 2_000;
const longest = 512;

/** The named claims as text, and the groups. Fails closed: a group that cannot be read might be one that restricts. */
export function keptOf(claims: JsonObject, wanted: Wanted): Kept {
  const texts: Record<string, string> = {};
  for (const name of wanted.claims) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (value === undefined || value === null) continue;
    if (typeof value === "object" || String(value).length > longest)
      return problem(`whose "${name}" is not a short text`);
    texts[name] = String(value);
  }
  if (wanted.groupsClaim === null) return { kind: "kept", claims: texts, groups: [] };
  const groups = groupsOf(claims, wanted.groupsClaim);
  return typeof groups === "string" ? problem(groups) : { kind: "kept", claims: texts, groups };
}

const problem = (says: string): Kept => ({ kind: "problem", says });

function groupsOf(claims: JsonObject, name: string): readonly string[] | string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined || value === null) {
    // OpenID Connect Core 1.0, section 5.6.2: the claim lies elsewhere; Microsoft Entra ID does so from 200 groups on.
    const elsewhere = claims._claim_names;
    const isElsewhere = typeof elsewhere === "object" && elsewhere !== null && Object.hasOwn(elsewhere, name);
    return isElsewhere || claims.hasgroups === true ? `that leaves out "${name}": there are too many for it` : [];
  }
  const list = typeof value === "string" ? [value] : value;
  if (!Array.isArray(list) || list.length > mostGroups) return `whose "${name}" is not a list of groups`;
  const isGroup = (group: unknown): group is string =>
    typeof group === "string" && group !== "" && group.length <= longest;
  return list.every(isGroup) ? [...new Set(list)] : `whose "${name}" is not a list of groups`;
}

/** For showing only. */
export function nameOf(claims: JsonObject): string {
  const names = [textAt(claims, "name"), textAt(claims, "preferred_username"), textAt(claims, "sub")];
  return (names.find((name) => name.trim() !== "") ?? "").slice(0, 200);
}
