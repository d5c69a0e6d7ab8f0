// Calls of the API that answer with JSON: one place turns statuses into refusals.
import type { Json } from "../../core/json.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { type Impersonation, impersonationHeaders, type Who } from "./impersonate.ts";
import { refusalOf, unreachable } from "./refusals.ts";
import type { Answer, Ask, ClusterHttp, NoAnswer, Stream } from "./request.ts";

/** Deadlines and waits, in ms; tests hand in shorter ones. */
export interface Timing {
  /** A read must be answered within this. */
  readonly callMs: number;
  /** A watch that says nothing for this long is taken for dead: servers send a bookmark a minute. */
  readonly silentMs: number;
  /** The first wait after a failure; doubled up to `maxBackOffMs`. */
  readonly backOffMs: number;
  readonly maxBackOffMs: number;
  /** Discovery is kept for this long. */
  readonly discoveryMs: number;
}

export const usualTiming: Timing = {
  callMs: 10_000,
  silentMs: 150_000,
  backOffMs: 500,
  maxBackOffMs: 30_000,
  discoveryMs: 60_000,
};

/** The calls of one caller; `asking` gives the same for another. */
export class Api {
  readonly cluster: string;
  readonly timing: Timing;
  readonly who: Who;
  readonly #http: ClusterHttp;

  constructor(cluster: string, http: ClusterHttp, timing: Timing, who: Who = null) {
    this.cluster = cluster;
    this.timing = timing;
    this.who = who;
    this.#http = http;
  }

  asking(who: Who): Api {
    return new Api(this.cluster, this.#http, this.timing, who);
  }

  /** An answer of any status; nothing is sent for a caller who has no name here. */
  async send(ask: Ask): Promise<Answer | NoAnswer | Refusal> {
    return isRefusal(this.who) ? this.who : await this.#http.send(this.#named(this.who, ask));
  }

  /** As `send`, the body as it arrives. */
  async open(ask: Ask): Promise<Stream | NoAnswer | Refusal> {
    return isRefusal(this.who) ? this.who : await this.#http.open(this.#named(this.who, ask));
  }

  #named(who: Impersonation | null, ask: Ask): Ask {
    return { ...ask, headers: { ...ask.headers, ...impersonationHeaders(who, ask.requestId ?? null) } };
  }

  /** Null for 404. */
  async get(
    path: string,
    query: Readonly<Record<string, string>> = {},
    accept?: string,
  ): Promise<Json | null | Refusal> {
    const ask: Ask = { method: "GET", path, query, deadlineMs: this.timing.callMs };
    const answer = await this.send(accept === undefined ? ask : { ...ask, accept });
    if (!isRefusal(answer) && answer.kind === "answer" && answer.status === 404) return null;
    return this.bodyOf(answer, path);
  }

  /** The body of a success; a refusal of anything else. */
  bodyOf(answer: Answer | NoAnswer | Refusal, path: string): Json | Refusal {
    if (isRefusal(answer)) return answer;
    if (answer.kind === "no-answer") return unreachable(this.cluster, answer);
    if (answer.status < 200 || answer.status > 299) return refusalOf(this.cluster, answer, path);
    return answer.body === undefined ? unreachable(this.cluster, answer) : answer.body;
  }
}
