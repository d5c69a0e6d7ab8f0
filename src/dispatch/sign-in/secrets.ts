// The secrets of a sign-in, and the hashes by which the store knows those that a browser holds.
import { createHash } from "node:crypto";
import type { RandomBytes } from "../../core/ids.ts";
import type { SignInSecrets } from "../../core/ports/identity-provider.ts";

/** 256 random bits in base64url: for links, cookies, states, nonces; as a PKCE verifier it has RFC 7636's 43 characters. */
export function newSecret(random: RandomBytes): string {
  return Buffer.from(random(32)).toString("base64url");
}

export function newSecrets(random: RandomBytes): SignInSecrets {
  return { state: newSecret(random), nonce: newSecret(random), codeVerifier: newSecret(random) };
}

/** Secrets of 256 bits need no salt: nobody can try them all. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
