// Faults that a test orders: an answer that fails, hangs, breaks off, or is lost after the deed was done.

export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly verb: string;
  readonly query: string;
  readonly userAgent: string;
}

/** Which request a fault is for; members that are left out match everything. */
export interface FaultMatch {
  readonly method?: string;
  readonly verb?: string;
  readonly path?: string | RegExp;
}

export interface Fault {
  /** Answered instead of the deed; with the Status body of that code unless `body` says otherwise. */
  readonly status?: number;
  readonly body?: string;
  /** Sent as Retry-After, in seconds. */
  readonly retryAfter?: number;
  /** Never answers; the connection stays open until the client or `stop` ends it. */
  readonly hang?: boolean;
  /** Breaks the connection before the deed. */
  readonly reset?: boolean;
  /** Does the deed, then breaks the connection instead of answering. */
  readonly dropReplyAfterEffect?: boolean;
  /** Waits that long, in milliseconds of real time, before the deed. */
  readonly slowMs?: number;
  /** How many matching requests it hits; 1 when left out. */
  readonly times?: number;
}

interface Ordered {
  readonly match: FaultMatch;
  readonly fault: Fault;
  left: number;
}

export class Faults {
  #ordered: Ordered[] = [];

  /** Orders a fault; those ordered first hit first. */
  order(match: FaultMatch, fault: Fault): void {
    this.#ordered.push({ match, fault, left: fault.times ?? 1 });
  }

  take(request: RequestFacts): Fault | undefined {
    const found = this.#ordered.find(({ match }) => matches(match, request));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#ordered = this.#ordered.filter((one) => one !== found);
    return found.fault;
  }

  clear(): void {
    this.#ordered = [];
  }
}

function matches(match: FaultMatch, request: RequestFacts): boolean {
  if (match.method !== undefined && match.method !== request.method) return false;
  if (match.verb !== undefined && match.verb !== request.verb) return false;
  if (match.path === undefined) return true;
  return typeof match.path === "string" ? match.path === request.path : match.path.test(request.path);
}

const REASONS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ["Unauthorized", "Unauthorized"],
  403: ["Forbidden", "forbidden"],
  409: ["Conflict", "Operation cannot be fulfilled"],
  410: ["Expired", "The resourceVersion for the provided watch is too old."],
  429: ["TooManyRequests", "too many requests, please try again later"],
  500: ["InternalError", "Internal error occurred: etcdserver: request timed out"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "Timeout: request did not complete within requested timeout - context deadline exceeded"],
};

export function faultBody(fault: Fault, code: number): string {
  if (fault.body !== undefined) return fault.body;
  const [reason = "", message = `the server answered ${code}`] = REASONS[code] ?? [];
  const details = fault.retryAfter === undefined ? {} : { details: { retryAfterSeconds: fault.retryAfter } };
  return JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...details,
    code,
  });
}
