// The running bot's Unix socket in the data directory: how the command line asks it, since it alone has the store open.
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Log } from "../core/ports/log.ts";

export interface ControlStatus {
  readonly version: string;
  /** In ms. */
  readonly startedAt: number;
  /** How many records the audit log holds. */
  readonly records: number;
  /** Messages that wait for Slack, and since when the oldest does. */
  readonly backlog: { readonly count: number; readonly oldestCreatedAt: number | null };
  /** Why nothing is changed now, or null. */
  readonly sealed: string | null;
}

/** The newest signed checkpoint: what `audit prove` proves against. */
export interface Proving {
  readonly note: string;
  readonly size: number;
  /** The public key as a vkey. */
  readonly key: string;
}

/** What the next pruning would take, or why there is none. */
export type Prunable =
  | { readonly kind: "pruned"; readonly records: number; readonly requests: number; readonly others: number }
  | { readonly kind: "kept"; readonly why: string };

/** What the bot answers; none of it changes anything but that a checkpoint may be signed earlier than it was due. */
export interface ControlSource {
  readonly status: () => Promise<ControlStatus>;
  /** The log's lines in order, without newlines. */
  readonly auditLines: () => AsyncIterable<string>;
  /** Signs what is new first; null while nothing can be signed. */
  readonly proving: () => Promise<Proving | null>;
  readonly prunable: () => Promise<Prunable>;
}

export interface Control {
  /** Takes the socket away; answers under way are cut. Safe to call twice. */
  close(): Promise<void>;
}

/** Source: unix(7), `sun_path` of 108 bytes on Linux; macOS has 104, and one byte ends it. */
const maxPathBytes = 103;

/** From here where that is shorter: both ends may so stand deep in a file system. */
export function controlPath(dataDirectory: string): string {
  const path = join(dataDirectory, "control.sock");
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= maxPathBytes;
}

/**
 * Listens with mode 0600, so that only the bot's own user asks. The socket of a dead process is replaced; throws when a
 * living one answers there, or when the path is longer than sockets allow.
 */
export async function listenForControl(of: {
  readonly path: string;
  readonly source: ControlSource;
  readonly log: Log;
}): Promise<Control> {
  const { path, source, log } = of;
  if (!fitsSocket(path))
    throw new Error(`the socket ${path} would have a path of over ${maxPathBytes} bytes: name a shorter dataDirectory`);
  if (await isAnswered(path)) throw new Error(`another process answers at ${path}: stop that one first`);
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    serve(source, request, response).catch((error: unknown) => {
      log.warn("control answer failed", { path: request.url, error: error instanceof Error ? error : undefined });
      if (response.headersSent) response.destroy();
      else send(response, 500, { error: "The bot could not answer; its log says why." });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The socket is made with its mode, not given it later: there is no moment in which others could connect.
    const before = process.umask(0o177);
    try {
      server.listen(path, () => resolve());
    } finally {
      process.umask(before);
    }
  });
  return {
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(source: ControlSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  if (request.method !== "GET") return send(response, 405, { error: "Only GET is answered here." });
  switch (request.url) {
    case "/status":
      return send(response, 200, await source.status());
    case "/audit/proving":
      return send(response, 200, await source.proving());
    case "/audit/prunable":
      return send(response, 200, await source.prunable());
    case "/audit/lines":
      response.writeHead(200, { "content-type": "application/jsonl" });
      return pipeline(Readable.from(endingLines(source.auditLines())), response);
    default:
      return send(response, 404, { error: `Nothing answers at ${request.url ?? ""}.` });
  }
}

async function* endingLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

function send(response: ServerResponse, status: number, body: object | null): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Whether a living process accepts connections there. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
