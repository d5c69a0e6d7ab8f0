// The one HTTP function of the adapter: deadline, credentials, user agent; an answer, or why there is none.
import type { Dispatcher } from "undici";
import type { Json } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Connection } from "./connect.ts";
import type { Headers } from "./impersonate.ts";

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: Headers;
  readonly requestId?: string;
  /** Until the headers of a stream, or the whole of an answer. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** "" when absent; the name in lower case. */
  header(name: string): string;
  readonly text: string;
  /** undefined when the answer is not JSON. */
  readonly body: Json | undefined;
}

export interface Stream {
  readonly kind: "stream";
  readonly status: number;
  header(name: string): string;
  readonly chunks: AsyncIterable<Uint8Array>;
  cancel(): void;
}

/** No answer came. `mayHaveLanded` is false only when the call was surely never sent. */
export interface NoAnswer {
  readonly kind: "no-answer";
  readonly mayHaveLanded: boolean;
  readonly says: string;
}

/** Set just before the call is handed to the connection. */
interface Sending {
  begun: boolean;
}

/** An answer above this is a fault of the server: the largest object is some 3 MB, a page of 500 of them not asked for. */
const maxAnswerBytes = 128 * 2 ** 20;

/** Errors of the connection itself, before a byte of the call could leave. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_)/;

const brokenConnection = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

export class ClusterHttp {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #version: string;

  constructor(connection: Connection, clock: Clock, version: string) {
    this.#connection = connection;
    this.#clock = clock;
    this.#version = version;
  }

  /**
   * The whole answer, whatever its status. Never throws for what the network or the server does. A GET whose connection broke is
   * sent once more, since a server may close an idle connection just as it is used again; nothing else is ever sent twice.
   */
  async send(ask: Ask): Promise<Answer | NoAnswer> {
    const answer = await this.#sendOnce(ask);
    const mayAgain = ask.method === "GET" && ask.signal?.aborted !== true;
    if (answer.kind === "answer" || !mayAgain || !brokenConnection.test(answer.says)) return answer;
    return await this.#sendOnce(ask);
  }

  async #sendOnce(ask: Ask): Promise<Answer | NoAnswer> {
    return await this.#within(ask, async (signal, sending) => {
      const data = await this.#dispatch(ask, signal, sending);
      const text = await collect(data.body);
      return { kind: "answer", status: data.statusCode, header: headerOf(data), text, body: parsed(text) };
    });
  }

  /** The answer's head, with its body as it arrives; the deadline is for the head alone. */
  async open(ask: Ask): Promise<Stream | NoAnswer> {
    const stop = new AbortController();
    const signal = ask.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, ask.signal]);
    return await this.#within({ ...ask, signal }, async (until, sending) => {
      const headsOnly = new AbortController();
      const abort = () => headsOnly.abort();
      until.addEventListener("abort", abort, { once: true });
      const data = await this.#dispatch(ask, AbortSignal.any([headsOnly.signal, signal]), sending);
      until.removeEventListener("abort", abort);
      // A dropped socket must end the reading, not the process.
      data.body.on("error", () => undefined);
      return {
        kind: "stream",
        status: data.statusCode,
        header: headerOf(data),
        chunks: data.body,
        cancel: () => stop.abort(),
      };
    });
  }

  async #within<T>(ask: Ask, work: (signal: AbortSignal, sending: Sending) => Promise<T>): Promise<T | NoAnswer> {
    const sending: Sending = { begun: false };
    const late = new AbortController();
    const over = new AbortController();
    void this.#clock.wait(ask.deadlineMs, over.signal).then(() => {
      if (!over.signal.aborted) late.abort();
    });
    try {
      return await work(ask.signal === undefined ? late.signal : AbortSignal.any([late.signal, ask.signal]), sending);
    } catch (error) {
      if (late.signal.aborted)
        return { kind: "no-answer", mayHaveLanded: sending.begun, says: `no answer within ${ask.deadlineMs} ms` };
      const code = codeOf(error);
      return { kind: "no-answer", mayHaveLanded: sending.begun && !beforeSending.test(code), says: code };
    } finally {
      // A reason that is at hand: without one an error is made each time.
      over.abort("over");
    }
  }

  async #dispatch(ask: Ask, signal: AbortSignal, sending: Sending): Promise<Dispatcher.ResponseData> {
    const query = new URLSearchParams(ask.query).toString();
    const request = ask.requestId === undefined ? "" : ` (request/${ask.requestId})`;
    const headers: Record<string, string | string[]> = {
      ...(await this.#connection.headers()),
      accept: ask.accept ?? "application/json",
      "user-agent": `countersign/${this.#version}${request}`,
    };
    if (ask.contentType !== undefined) headers["content-type"] = ask.contentType;
    for (const [name, value] of Object.entries(ask.headers ?? {}))
      headers[name] = typeof value === "string" ? value : [...value];
    signal.throwIfAborted();
    sending.begun = true;
    return await this.#connection.dispatcher.request({
      origin: this.#connection.origin,
      path: `${this.#connection.prefix}${ask.path}${query === "" ? "" : `?${query}`}`,
      method: ask.method,
      headers,
      body: ask.body ?? null,
      signal,
      // Deadlines are the clock's: undici's own would end a quiet watch.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

/** The text of a stream, up to the limit of an answer. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new Error("answer too large");
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}

export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function headerOf(data: Dispatcher.ResponseData): (name: string) => string {
  return (name) => {
    const value = data.headers[name];
    return Array.isArray(value) ? value.join(", ") : (value ?? "");
  };
}

/** Only the code: an SDK's message may quote what was sent. */
function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === "string" && code !== "") return code;
  return error instanceof Error ? error.name : "unknown error";
}
