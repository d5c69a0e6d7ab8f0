// A path that the process answers itself: a request as a value, the response as a value.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../core/ports/log.ts";

export interface WebRequest {
  /** As it came, after the first `?`. */
  readonly query: URLSearchParams;
  /** By lower-case name; of a name that came several times the first. */
  readonly headers: ReadonlyMap<string, string>;
  /** "" for GET. */
  readonly body: string;
}

export interface WebResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** Matched whole. */
  readonly path: string;
  /** Throws for faults only; then the answer is 500 and says nothing. */
  readonly answer: (request: WebRequest) => WebResponse | Promise<WebResponse>;
}

/** More than any form of ours holds. */
const maxBodyBytes = 16_384;

/** Answers what one of the routes answers, and is true; false leaves the request untouched for somebody else. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => boolean;

export function answering(routes: readonly Route[], log: Log): Answering {
  return (request, response) => {
    const [path = "", query = ""] = splitOnce(request.url ?? "");
    const route = routes.find((one) => one.path === path && one.method === request.method);
    if (route === undefined) return false;
    answerOne(route, request, new URLSearchParams(query))
      .catch((error: unknown): WebResponse => {
        log.error("a page could not be answered", { path, error: error instanceof Error ? error : undefined });
        return plain(500, "something went wrong in the bot\n");
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      })
      .catch((error: unknown) => {
        log.warn("an answer could not be written", { path, error: error instanceof Error ? error : undefined });
        response.destroy();
      });
    return true;
  };
}

export function plain(status: number, body: string): WebResponse {
  return { status, headers: { "content-type": "text/plain" }, body };
}

async function answerOne(route: Route, request: IncomingMessage, query: URLSearchParams): Promise<WebResponse> {
  if (route.method === "GET") request.resume();
  const body = route.method === "GET" ? "" : await bodyOf(request);
  if (body === null) return { ...plain(413, "that is too much\n"), headers: { connection: "close" } };
  return route.answer({ query, headers: headersOf(request), body });
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(request: IncomingMessage): ReadonlyMap<string, string> {
  const all = Object.entries(request.headersDistinct);
  return new Map(all.flatMap(([name, values]) => (values?.[0] === undefined ? [] : [[name, values[0]]])));
}

function splitOnce(url: string): readonly string[] {
  const at = url.indexOf("?");
  return at === -1 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}
