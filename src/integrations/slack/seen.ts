// What was already seen: a bounded memory with an end to each entry.

export interface Seen {
  /** True the first time within the memory's time, or the time that is given; false for a repetition. */
  first(key: string, now: number, until?: number): boolean;
  readonly size: number;
}

/** Keeps at most `most` keys, each for `forMs`; when full, the oldest goes. */
export function makeSeen(most: number, forMs: number): Seen {
  const ends = new Map<string, number>();
  return {
    first: (key, now, until = now + forMs) => {
      const known = ends.get(key);
      if (known !== undefined && known > now) return false;
      ends.delete(key);
      ends.set(ofItsOwn(key), until);
      for (const [oldest, end] of ends) {
        if (end > now && ends.size <= most) break;
        ends.delete(oldest);
      }
      return true;
    },
    get size() {
      return ends.size;
    },
  };
}

/** A copy: a piece of a payload keeps the whole payload alive, here for as long as the key. */
function ofItsOwn(key: string): string {
  return Buffer.from(key, "utf16le").toString("utf16le");
}
