// Answers kept for a while: one question at a time for each key, a failure is never kept.
import type { Clock } from "../../core/ports/clock.ts";

export interface Cache<T> {
  /** A kept answer younger than `maxAgeMs`, or a new one. Throws what the question throws. */
  get(key: string): Promise<T>;
  /** A kept answer that is young enough, without asking. */
  peek(key: string): T | null;
}

export interface CacheSettings<T> {
  readonly clock: Clock;
  readonly maxAgeMs: () => number;
  readonly most: number;
  readonly ask: (key: string) => Promise<T>;
}

export function makeCache<T>(settings: CacheSettings<T>): Cache<T> {
  const { clock, maxAgeMs, most, ask } = settings;
  const kept = new Map<string, { readonly value: T; readonly at: number }>();
  const asking = new Map<string, Promise<T>>();

  function peek(key: string): T | null {
    const found = kept.get(key);
    if (found === undefined) return null;
    // A clock that was put back makes ages negative: how old the answer is is not known then.
    const ageMs = clock.now() - found.at;
    return ageMs >= 0 && ageMs < maxAgeMs() ? found.value : null;
  }

  async function fetchOne(key: string): Promise<T> {
    // The age counts from when the question was asked, not from when the answer came.
    const at = clock.now();
    const value = await ask(key);
    kept.delete(key);
    kept.set(key, { value, at });
    const oldest = kept.keys().next();
    if (kept.size > most && oldest.done !== true) kept.delete(oldest.value);
    return value;
  }

  return {
    peek,
    get: (key) => {
      const found = peek(key);
      if (found !== null) return Promise.resolve(found);
      const under = asking.get(key);
      if (under !== undefined) return under;
      const one = fetchOne(key).finally(() => asking.delete(key));
      asking.set(key, one);
      return one;
    },
  };
}
