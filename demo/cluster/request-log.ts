// Every request the server got: who, as whom, what, and what it was answered.

export interface RequestEntry {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly userAgent: string;
  readonly auditId: string;
  /** When it was read whole, by the cluster's clock. */
  readonly at: number;
  /** Whether it was carried out: also when its answer was lost. */
  done: boolean;
  /** The user of the token; empty when it was refused. */
  user: string;
  groups: readonly string[];
  impersonated:
    | {
        readonly user: string;
        readonly groups: readonly string[];
        readonly uid: string;
        readonly extra: Readonly<Record<string, readonly string[]>>;
      }
    | undefined;
  /** 0 while there is no answer, or when the connection was broken instead. */
  code: number;
}

const KEPT = 10_000;

export class RequestLog {
  #entries: RequestEntry[] = [];

  add(
    request: Pick<RequestEntry, "method" | "path" | "query" | "body" | "userAgent" | "auditId" | "at">,
  ): RequestEntry {
    const entry: RequestEntry = { ...request, user: "", groups: [], impersonated: undefined, code: 0, done: false };
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.splice(0, this.#entries.length - KEPT);
    return entry;
  }

  all(): readonly RequestEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
