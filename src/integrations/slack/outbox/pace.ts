// Slack's pace: a bucket per channel for posts, one for all updates, and the waits that Slack asked for.

export interface Pace {
  /** Milliseconds until one more may be sent under this key; 0 takes it now. */
  take(key: PaceKey, now: number): number;
  /** What was taken is not needed after all. */
  giveBack(key: PaceKey): void;
  /** Slack asked to wait: nothing more under this key before. */
  hold(key: PaceKey, until: number): void;
}

export type PaceKey = `post:${string}` | "update" | "file";

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** chat.postMessage: 1 a second and channel with short bursts; chat.update and files: tier 3, 50 a minute. */
const rates: Readonly<Record<"post" | "update" | "file", Rate>> = {
  post: { perSecond: 1, burst: 3 },
  update: { perSecond: 0.8, burst: 8 },
  file: { perSecond: 0.8, burst: 8 },
};

const mostKeys = 2_000;

export function makePace(): Pace {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  const held = new Map<string, number>();
  return {
    take: (key, now) => {
      const until = held.get(key) ?? 0;
      if (until > now) return until - now;
      held.delete(key);
      const rate = rates[key === "update" || key === "file" ? key : "post"];
      const bucket = buckets.get(key) ?? { left: rate.burst, at: now };
      const left = Math.min(rate.burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond);
      if (left < 1) {
        buckets.set(key, { left, at: now });
        return Math.ceil(((1 - left) / rate.perSecond) * 1000);
      }
      // A full bucket is what a forgotten one would be: dropping the longest untouched ones loses little.
      if (buckets.size >= mostKeys) buckets.delete(buckets.keys().next().value ?? key);
      buckets.set(key, { left: left - 1, at: now });
      return 0;
    },
    giveBack: (key) => {
      const bucket = buckets.get(key);
      if (bucket !== undefined) buckets.set(key, { ...bucket, left: bucket.left + 1 });
    },
    hold: (key, until) => {
      if (held.size >= mostKeys) held.clear();
      held.set(key, Math.max(until, held.get(key) ?? 0));
    },
  };
}
