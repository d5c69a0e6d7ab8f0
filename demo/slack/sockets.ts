// Socket Mode as Slack runs it: single-use tickets, hello, envelopes to any one connection, acknowledgements, disconnects.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "./clock.ts";
import type { Hub } from "./hub.ts";
import { ACK_MS, type Answer, type Line } from "./line.ts";
import type { Log } from "./log.ts";
import { isObj, objOf, parseJson, textOf } from "./read.ts";
import { APP_ID } from "./seed.ts";

const MAX_CONNECTIONS = 10;
const PING_MS = 10_000;
const KEPT_OVERDUE = 1000;
const DEBUG = { host: "applink-local-1", build_number: 1, approximate_connection_time: 18_060 } as const;

export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

export interface Sockets extends Line {
  /** A new single-use ticket for one connection. */
  readonly newTicket: () => string;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly count: () => number;
  /** Cuts every connection without a close frame, as a network does. */
  readonly closeSockets: () => void;
  /** Tells every connection, or the oldest, to go; but for `warning` it closes once what was sent to it is answered. */
  readonly sendDisconnect: (reason: DisconnectReason, whom?: "all" | "oldest") => void;
  /** Connections stay open but nothing gets through either way any more. */
  readonly halfOpen: () => void;
  /** Says goodbye properly, then cuts what does not answer. */
  readonly stop: () => Promise<void>;
}

interface Waiting {
  readonly what: string;
  /** Where the envelope went. */
  readonly by: WebSocket | undefined;
  readonly answer: (answer: Answer) => void;
}

const FAREWELL_MS = 300;

/** Clients of socket-mode keep a timer of 30 s alive when they are cut off while closing. */
function farewell(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), FAREWELL_MS);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (socket.isPaused) socket.terminate();
    else socket.close(1001);
  });
}

export interface SocketParts {
  readonly clock: Clock;
  readonly hub: Hub;
  readonly log: Log;
  readonly newSecret: () => string;
}

export function makeSockets({ clock, hub, log, newSecret }: SocketParts): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open = new Set<WebSocket>();
  const deaf = new WeakSet<WebSocket>();
  /** Told to go: nothing more is sent there, and it closes once what was sent before is answered. */
  const going = new Set<WebSocket>();
  const waiting = new Map<string, Waiting>();
  const overdue = new Map<string, string>();
  let turn = 0;
  let last: string | undefined;

  const pings = setInterval(() => {
    for (const socket of open) if (!deaf.has(socket)) socket.ping("Ping from applink-local-1");
  }, PING_MS).unref();

  function next(): WebSocket | undefined {
    const sockets = [...open].filter((socket) => socket.readyState === socket.OPEN && !going.has(socket));
    turn += 1;
    return sockets[turn % Math.max(1, sockets.length)];
  }

  function transmit(frame: string): WebSocket | undefined {
    const socket = next();
    if (socket !== undefined && !deaf.has(socket)) socket.send(frame);
    return socket;
  }

  function closeIdle(): void {
    for (const socket of going) if (![...waiting.values()].some(({ by }) => by === socket)) socket.close(1000);
  }

  function hear(raw: string): void {
    const ack = objOf(parseJson(raw));
    const id = textOf(ack.envelope_id);
    const late = overdue.get(id);
    if (late !== undefined) {
      overdue.delete(id);
      log.breach("late_ack", `${late} was acknowledged after more than ${ACK_MS} ms`);
      return;
    }
    const entry = waiting.get(id);
    waiting.delete(id);
    if (ack.payload !== undefined && !isObj(ack.payload)) log.breach("bad_ack", `payload of ${id} is no object`);
    entry?.answer({ kind: "acked", body: objOf(ack.payload) });
    closeIdle();
  }

  function join(socket: WebSocket): void {
    if (open.size >= MAX_CONNECTIONS) {
      socket.send(
        JSON.stringify({ type: "disconnect", reason: "too_many_websockets", debug_info: { host: DEBUG.host } }),
      );
      socket.close(1000);
      log.breach("too_many_websockets", `more than ${MAX_CONNECTIONS} connections`);
      return;
    }
    open.add(socket);
    socket.on("message", (data) => hear(String(data)));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      open.delete(socket);
      going.delete(socket);
      hub.tell({ kind: "app", connected: open.size > 0 });
    });
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: open.size,
        debug_info: DEBUG,
        connection_info: { app_id: APP_ID },
      }),
    );
    hub.tell({ kind: "app", connected: true });
  }

  return {
    connected: () => open.size > 0,
    count: () => open.size,
    newTicket: () => {
      const ticket = newSecret();
      tickets.add(ticket);
      return ticket;
    },
    upgrade: (request, socket, head) => {
      const url = new URL(request.url ?? "/", "http://local");
      if (url.pathname !== "/link/" || !tickets.delete(url.searchParams.get("ticket") ?? "")) {
        socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, join);
    },
    send: (envelope, retry, copies) =>
      new Promise<Answer>((resolve) => {
        const id = newSecret();
        const frame = JSON.stringify({
          envelope_id: id,
          type: envelope.kind,
          accepts_response_payload: envelope.acceptsResponse,
          payload: envelope.payload,
          ...(envelope.kind === "events_api" && {
            retry_attempt: retry?.num ?? 0,
            retry_reason: (retry?.reason ?? "").replace("http_", ""),
          }),
        });
        last = frame;
        const cancel = clock.after(ACK_MS, () => {
          waiting.delete(id);
          overdue.set(id, `${envelope.kind} envelope`);
          const oldest = overdue.keys().next();
          if (overdue.size > KEPT_OVERDUE && !oldest.done) overdue.delete(oldest.value);
          resolve({ kind: "timeout" });
          closeIdle();
        });
        const answer = (value: Answer) => {
          cancel();
          resolve(value);
        };
        const [by] = Array.from({ length: copies }, () => transmit(frame));
        if (by !== undefined) {
          waiting.set(id, { what: envelope.kind, by, answer });
          return;
        }
        answer({ kind: "unreachable", why: "no Socket Mode connection is open" });
      }),
    replay: async () => last !== undefined && transmit(last) !== undefined,
    closeSockets: () => {
      for (const socket of open) socket.terminate();
    },
    sendDisconnect: (reason, whom = "all") => {
      for (const socket of whom === "all" ? open : [...open].slice(0, 1)) {
        socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: DEBUG.host } }));
        if (reason !== "warning") going.add(socket);
      }
      closeIdle();
    },
    halfOpen: () => {
      for (const socket of open) {
        deaf.add(socket);
        socket.pause();
      }
    },
    stop: async () => {
      clearInterval(pings);
      await Promise.all([...open].map(farewell));
      server.close();
    },
  };
}
