// What went wrong with a call to Slack, reduced to what decides the next step; never the response itself.
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";

export type Failure =
  /** Slack said no, with its code; nothing happened. */
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "rate-limited"; readonly afterMs: number }
  /** No answer that can be understood: it may have happened. */
  | { readonly kind: "unknown"; readonly says: string };

/** Codes after which nothing is known about whether the call took effect. */
const unclear = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

/** Slack's codes look like this; a cut-off body that was read as one does not (slack-facts: truncated JSON). */
const codePattern = /^[a-z][a-z0-9_]{1,80}$/;

export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: "rate-limited", afterMs: Math.max(1, error.retryAfter) * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (code === "ratelimited" || code === "rate_limited") return { kind: "rate-limited", afterMs: 5_000 };
    if (!codePattern.test(code)) return { kind: "unknown", says: "unreadable answer" };
    return unclear.has(code) ? { kind: "unknown", says: code } : { kind: "refused", code };
  }
  if (error instanceof WebAPIHTTPError) {
    if (error.statusCode === 429) return { kind: "rate-limited", afterMs: 5_000 };
    return { kind: "unknown", says: `HTTP ${error.statusCode}` };
  }
  return { kind: "unknown", says: error instanceof Error ? error.name : "unknown" };
}

/** Tokens that no longer work: no retry helps until an operator acts. */
const tokenCodes = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "team_disabled",
  "user_removed_from_team",
]);

export function isTokenFailure(code: string): boolean {
  return tokenCodes.has(code);
}

/** For the operator's log: one word, no content. */
export function failureText(failure: Failure): string {
  if (failure.kind === "refused") return failure.code;
  return failure.kind === "rate-limited" ? `rate limited for ${failure.afterMs} ms` : failure.says;
}
