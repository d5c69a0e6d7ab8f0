// Is an object of a grant over? By its own creation and length, and by the cluster's clock.

/** What of an object of a grant decides about its end. */
export interface GrantObject {
  readonly resource: "rolebindings" | "clusterrolebindings" | "serviceaccounts";
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  /** Id of the request that it was granted by. */
  readonly grant: string;
  /** `metadata.creationTimestamp`, set by the API server, in ms; null when it cannot be read. */
  readonly createdAt: number | null;
  /** The annotation as it stands; "" when there is none. */
  readonly expiresAfter: string;
}

export type Verdict =
  | { readonly kind: "lives"; readonly until: number }
  | { readonly kind: "over"; readonly because: string };

/** Whole seconds; nothing else, so that no two programs read it differently. */
const secondsPattern = /^([1-9]\d{0,9})s$/;

/**
 * `now` is the cluster's time. What carries a grant's label and cannot be read is over: access that nobody can end by its time
 * is not access for a time. Nothing lives longer than `longestMs`, whatever its annotation was made to say.
 */
export function verdictOn(object: GrantObject, now: number, longestMs: number): Verdict {
  const { createdAt, expiresAfter } = object;
  if (createdAt === null) return { kind: "over", because: "its creationTimestamp cannot be read" };
  const seconds = secondsPattern.exec(expiresAfter)?.[1];
  if (seconds === undefined) return { kind: "over", because: `its length “${expiresAfter}” cannot be read` };
  const lengthMs = Number(seconds) * 1_000;
  if (lengthMs > longestMs && now >= createdAt + longestMs)
    return { kind: "over", because: `it is older than ${longestMs / 1_000}s, the longest that anything may live` };
  const until = createdAt + Math.min(lengthMs, longestMs);
  return now >= until ? { kind: "over", because: `its ${expiresAfter} are over` } : { kind: "lives", until };
}
