// What a sign-in holds between two pages, in memory only: it dies with the process, and the person begins anew.
import { createHash } from "node:crypto";
import type { RandomBytes } from "../../core/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Authentication, SignInSecrets } from "../../core/ports/identity-provider.ts";
import type { SignIn } from "../../core/sign-in.ts";

/** Nothing of this reaches the store: states, nonces and verifiers are secrets, and who proved what is not yet agreed to. */
export interface Live {
  /** Of the leg that the browser is on; taken out before they are used, so that they are used once. */
  readonly secrets: SignInSecrets | null;
  readonly proven: Authentication | null;
  /** In the form of the page that asks to agree. */
  readonly formToken: string | null;
}

export interface LiveSignIns {
  get(signIn: SignIn): Live | null;
  set(signIn: SignIn, live: Live): void;
  drop(signIn: SignIn): void;
}

export function liveSignIns(clock: Clock): LiveSignIns {
  const kept = new Map<string, { readonly live: Live; readonly until: number }>();
  return {
    get: ({ id }) => {
      const one = kept.get(id);
      return one === undefined || clock.now() >= one.until ? null : one.live;
    },
    set: ({ id, expiresAt }, live) => {
      const now = clock.now();
      for (const [other, { until }] of kept) if (now >= until) kept.delete(other);
      kept.set(id, { live, until: expiresAt });
    },
    drop: ({ id }) => void kept.delete(id),
  };
}

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
