// Authorization codes: unguessable, good once, and only for a short time (RFC 6749, section 4.1.2).

export interface Codes<T> {
  readonly issue: (what: T) => string;
  /** A code that was shown once is never good again, whoever showed it. */
  readonly redeem: (
    code: string,
  ) => { readonly kind: "good"; readonly what: T } | { readonly kind: "unknown" | "over" };
}

export interface CodeSettings {
  readonly now: () => number;
  readonly newSecret: () => string;
  readonly livesMs: number;
}

export function makeCodes<T>({ now, newSecret, livesMs }: CodeSettings): Codes<T> {
  const issued = new Map<string, { readonly what: T; readonly until: number }>();
  return {
    issue: (what) => {
      for (const [code, { until }] of issued) if (until <= now()) issued.delete(code);
      const code = newSecret();
      issued.set(code, { what, until: now() + livesMs });
      return code;
    },
    redeem: (code) => {
      const found = issued.get(code);
      issued.delete(code);
      if (found === undefined) return { kind: "unknown" };
      return found.until <= now() ? { kind: "over" } : { kind: "good", what: found.what };
    },
  };
}
