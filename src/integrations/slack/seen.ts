// What was already seen: a bounded memory with an end to each entry.

export interface Seen {
  /** True the first time within the memory's time; false for a repetition. */
  first(key: string, now: number): boolean;
  readonly size: number;
}

/** Keeps at most `most` keys, each for `forMs`; when full, the oldest goes. */
export function makeSeen(most: number, forMs: number): Seen {
  const until = new Map<string, number>();
  return {
    first: (key, now) => {
      const known = until.get(key);
      if (known !== undefined && known > now) return false;
      until.delete(key);
      until.set(ofItsOwn(key), now + forMs);
      for (const [oldest, end] of until) {
        if (end > now && until.size <= most) break;
        until.delete(oldest);
      }
      return true;
    },
    get size() {
      return until.size;
    },
  };
}

/** A copy: a piece of a payload keeps the whole payload alive, here for as long as the key. */
function ofItsOwn(key: string): string {
  return Buffer.from(key, "utf16le").toString("utf16le");
}
