// Calls of the API that answer with JSON: one place turns statuses into refusals.
import type { Json } from "../../core/json.ts";
import type { Caller } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { type ImpersonationOf, impersonationHeaders, impersonationOf } from "./impersonate.ts";
import { refusalOf, unreachable } from "./refusals.ts";
import type { Answer, Ask, ClusterHttp, NoAnswer } from "./request.ts";

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

export const bot: Caller = { kind: "bot" };

export class Api {
  readonly cluster: string;
  readonly http: ClusterHttp;
  readonly timing: Timing;
  readonly #nameOf: ImpersonationOf;

  constructor(cluster: string, http: ClusterHttp, timing: Timing, nameOf: ImpersonationOf) {
    this.cluster = cluster;
    this.http = http;
    this.timing = timing;
    this.#nameOf = nameOf;
  }

  /** As the caller; an answer of any status. */
  async as(caller: Caller, ask: Ask): Promise<Answer | NoAnswer | Refusal> {
    const who = impersonationOf(caller, this.#nameOf);
    if (isRefusal(who)) return who;
    return await this.http.send({
      ...ask,
      headers: { ...ask.headers, ...impersonationHeaders(who, ask.requestId ?? null) },
    });
  }

  /** What the person is called in the cluster; null for the bot itself. */
  who(caller: Caller): ReturnType<typeof impersonationOf> {
    return impersonationOf(caller, this.#nameOf);
  }

  /** A GET by the bot. Null for 404. */
  async get(
    path: string,
    query: Readonly<Record<string, string>> = {},
    accept?: string,
  ): Promise<Json | null | Refusal> {
    const ask: Ask = { method: "GET", path, query, deadlineMs: this.timing.callMs };
    const answer = await this.http.send(accept === undefined ? ask : { ...ask, accept });
    if (answer.kind === "answer" && answer.status === 404) return null;
    return this.bodyOf(answer, path);
  }

  /** The body of a success; a refusal of anything else. */
  bodyOf(answer: Answer | NoAnswer, path: string): Json | Refusal {
    if (answer.kind === "no-answer") return unreachable(this.cluster, answer);
    if (answer.status < 200 || answer.status > 299) return refusalOf(this.cluster, answer, path);
    return answer.body === undefined ? unreachable(this.cluster, answer) : answer.body;
  }
}
