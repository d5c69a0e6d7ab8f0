// A provider's public keys: kept for some minutes, asked for again when a token names one that is not among them.
import { type Configuration, getJwksCache, setJwksCache } from "openid-client";
import type { Clock } from "../../core/ports/clock.ts";

/** How long a key that the provider withdrew may still be taken. */
const keptMs = 180_000;

/**
 * The SDK asks again for an unknown key only when its key set is a minute old, and never takes one of five minutes. Told that
 * ours is a minute old, it asks once for any unknown key: a provider that rotates its keys is understood at once.
 */
const saidAgeSeconds = 60;

export interface Keys {
  /** Before an exchange. */
  lend(configuration: Configuration): void;
  /** After it, however it ended. */
  keep(configuration: Configuration): void;
}

type KeySet = NonNullable<ReturnType<typeof getJwksCache>>["jwks"];

export function openKeys(clock: Clock, systemSeconds: () => number): Keys {
  let kept: { readonly set: KeySet; readonly at: number } | null = null;
  const lent = new WeakMap<Configuration, number>();
  return {
    lend(configuration) {
      const now = clock.now();
      if (kept === null || now < kept.at || now - kept.at >= keptMs) return;
      const said = systemSeconds() - saidAgeSeconds;
      setJwksCache(configuration, { jwks: kept.set, uat: said });
      lent.set(configuration, said);
    },
    keep(configuration) {
      const now = getJwksCache(configuration);
      if (now !== undefined && now.uat !== lent.get(configuration)) kept = { set: now.jwks, at: clock.now() };
    },
  };
}
