// The listener's thread: answers for the main loop's life by itself, and hands on what only the main loop knows.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { WebResponse } from "../route.ts";
import { beatAgeMs } from "./heartbeat.ts";
import type { FromListener, ListenerOrders, ToListener } from "./messages.ts";

const orders = workerData as ListenerOrders;
/** A supervisor and a few scrapers; whoever asks more often is turned away before the main loop hears of it. */
const maxWaiting = 32;

interface Waiting {
  readonly response: ServerResponse;
  readonly timer: NodeJS.Timeout;
}

const waiting = new Map<number, Waiting>();
let lastId = 0;

function say(message: FromListener): void {
  parentPort?.postMessage(message);
}

function send(response: ServerResponse, { status, headers, body }: WebResponse): void {
  response.writeHead(status, { ...headers, "cache-control": "no-store" });
  response.end(body);
}

const plain = (status: number, body: string): WebResponse => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

function health(): WebResponse {
  const ageMs = beatAgeMs(orders.beat);
  if (ageMs <= orders.hungAfterMs) return plain(200, "ok\n");
  return plain(503, `the main loop has not turned for ${Math.round(ageMs / 1_000)} s\n`);
}

function silent(): WebResponse {
  const since = new Date(Date.now() - beatAgeMs(orders.beat)).toISOString();
  const notReady = [{ part: "main loop", since, says: "The main loop does not answer." }];
  return { status: 503, headers: { "content-type": "application/json" }, body: `${JSON.stringify({ notReady })}\n` };
}

function take(id: number): ServerResponse | null {
  const one = waiting.get(id);
  if (one === undefined) return null;
  clearTimeout(one.timer);
  waiting.delete(id);
  return one.response;
}

function handOn(path: string, query: string, response: ServerResponse): void {
  if (waiting.size >= maxWaiting) {
    send(response, plain(503, "too much is asked at once\n"));
    return;
  }
  lastId += 1;
  const id = lastId;
  const timer = setTimeout(() => {
    const late = take(id);
    if (late !== null) send(late, silent());
  }, orders.answerWithinMs);
  waiting.set(id, { response, timer });
  say({ kind: "ask", id, path, query });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  if (request.method !== "GET") send(response, plain(405, "only GET is answered here\n"));
  else if (path === "/healthz") send(response, health());
  else if (orders.paths.includes(path)) handOn(path, query, response);
  else send(response, plain(404, "not found\n"));
}

const server = createServer(answer);
server.headersTimeout = 5_000;
server.requestTimeout = 10_000;
server.maxConnections = 128;
server.once("error", (error) => say({ kind: "not-listening", why: error.message }));
server.listen(orders.port, orders.host, () => {
  say({ kind: "listening", port: (server.address() as AddressInfo).port });
});
parentPort?.on("message", ({ id, response }: ToListener) => {
  const asked = take(id);
  if (asked !== null) send(asked, response);
});
