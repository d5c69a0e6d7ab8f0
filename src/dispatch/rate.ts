// How much one person may ask at once: a flood of one must not starve the others.
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type Refusal, refuse } from "../core/refusal.ts";

export interface PersonRate {
  /** Counts one; a refusal when the person's minute is used up. */
  take(userId: string): Promise<Refusal | null>;
}

export function personRate(what: string, perMinute: number): PersonRate {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async take(userId) {
      try {
        await limiter.consume(userId);
        return null;
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const seconds = Math.ceil(error.msBeforeNext / 1000);
        return refuse(
          "busy",
          `More than ${perMinute} ${what} in a minute are more than I take from one person.`,
          `Try again in ${seconds} s.`,
        );
      }
    },
  };
}
