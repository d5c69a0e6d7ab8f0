// Slack's rate limits: a bucket per method and, for posting, per channel. Source: docs.slack.dev/apis/web-api/rate-limits.
import type { Clock } from "./clock.ts";

export type Tier = 1 | 2 | 3 | 4 | "posting" | "special";

/** Calls a minute. Posting: the workspace's cap, "several hundred"; the pace per channel comes on top. */
const PER_MINUTE: Readonly<Record<Tier, number>> = { 1: 1, 2: 20, 3: 50, 4: 100, posting: 300, special: 300 };

const CHANNEL_POSTS_PER_SECOND = 1;
const CHANNEL_BURST = 4;

export interface Rates {
  /** Seconds to wait (Retry-After), or undefined when the call may go on. */
  readonly take: (method: string, tier: Tier, channel: string | undefined) => number | undefined;
}

export const noRates: Rates = { take: () => undefined };

export function makeRates(clock: Clock): Rates {
  const buckets = new Map<string, { left: number; at: number }>();

  function wait(key: string, capacity: number, perSecond: number): number | undefined {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { left: capacity, at: now };
    const left = Math.min(capacity, bucket.left + ((now - bucket.at) / 1000) * perSecond);
    buckets.set(key, { left: left < 1 ? left : left - 1, at: now });
    return left < 1 ? Math.max(1, Math.ceil((1 - left) / perSecond)) : undefined;
  }

  return {
    take: (method, tier, channel) => {
      if (tier === "posting" && channel !== undefined) {
        const seconds = wait(`${method} ${channel}`, CHANNEL_BURST, CHANNEL_POSTS_PER_SECOND);
        if (seconds !== undefined) return seconds;
      }
      return wait(method, PER_MINUTE[tier], PER_MINUTE[tier] / 60);
    },
  };
}
