// One socket to Slack: opened, watched for its end and for Slack's announcement of it, closed.
import { type App, SocketModeReceiver } from "@slack/bolt";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import { webOptions } from "./clients.ts";
import { failureOf, failureText, isTokenFailure } from "./failure.ts";
import { slackLogger } from "./logger.ts";
import { within } from "./within.ts";

export interface LineSettings {
  readonly appToken: string;
  readonly apiUrl?: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Line {
  readonly receiver: SocketModeReceiver;
  /** The socket is gone. */
  readonly lost: Promise<void>;
  /** Slack announced that it will close the socket, and why; until it does, it can be relied on. */
  readonly leaving: Promise<string>;
  /** How many the app had with this one, of all processes, as Slack said at its beginning; null before that. */
  readonly appSockets: () => number | null;
}

export type Opened =
  | { readonly kind: "open"; readonly line: Line }
  | { readonly kind: "later"; readonly afterMs: number | null }
  | { readonly kind: "end"; readonly code: string };

const helloMs = 10_000;
/**
 * So long without a pong, and the SDK closes the socket. It looks before it reads what came meanwhile: a process that stood still for
 * longer (a busy machine, its share of CPU used up) would close all of its sockets at once, and Slack repeats no command. Slack itself
 * waits three seconds for an answer.
 */
const pongWithinMs = 3_000;

export async function openLine(settings: LineSettings, app: App | null): Promise<Opened> {
  const { clock, log } = settings;
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken,
    logger: slackLogger(log),
    clientPingTimeout: pongWithinMs,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...webOptions(settings), timeout: 5_000, retryConfig: { retries: 0 } } },
  });
  if (app !== null) receiver.init(app);
  const line = watch(receiver);
  let goodbye: string | null = null;
  void line.leaving.then((reason) => {
    goodbye = reason;
  });
  const opening = receiver.start().then(
    (): Opened => ({ kind: "open", line }),
    (error: unknown): Opened => {
      const failure = failureOf(error);
      const why = error === undefined ? (goodbye ?? "closed before hello") : failureText(failure);
      log.warn("no socket to Slack", { why });
      if (failure.kind === "refused" && isTokenFailure(failure.code)) return { kind: "end", code: failure.code };
      return { kind: "later", afterMs: failure.kind === "rate-limited" ? Math.min(failure.afterMs, 60_000) : null };
    },
  );
  const opened = await within(clock, helloMs, opening, (): Opened => ({ kind: "later", afterMs: null }));
  if (opened.kind !== "open") closeLine(line, log);
  return opened;
}

/**
 * The SDK closes a socket as soon as Slack says that it is going to: what Slack sends until then, and answers to what it sent
 * before, would be lost. So its own listener does not hear of it.
 */
function watch(receiver: SocketModeReceiver): Line {
  const { client } = receiver;
  const lost = Promise.withResolvers<void>();
  const leaving = Promise.withResolvers<string>();
  client.on("disconnected", () => lost.resolve());
  const own = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  let appSockets: number | null = null;
  client.on("ws_message", (data: unknown, isBinary: unknown) => {
    const said = typeof data === "string" && data.length < 4_096 ? aboutSockets(data) : null;
    if (said?.kind === "goodbye") return leaving.resolve(said.reason);
    if (said?.kind === "hello") appSockets = said.count;
    for (const listener of own) listener.call(client, data, isBinary);
  });
  return { receiver, lost: lost.promise, leaving: leaving.promise, appSockets: () => appSockets };
}

type AboutSockets =
  | { readonly kind: "hello"; readonly count: number | null }
  | { readonly kind: "goodbye"; readonly reason: string };

/** docs.slack.dev/apis/events-api/using-socket-mode */
function aboutSockets(text: string): AboutSockets | null {
  try {
    const { type, reason, num_connections: count } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (type === "hello") return { kind: "hello", count: typeof count === "number" ? count : null };
    if (type !== "disconnect") return null;
    return { kind: "goodbye", reason: typeof reason === "string" ? reason : "no reason" };
  } catch {
    return null;
  }
}

/** Closing resolves only when the peer closes too: nobody waits for it. */
export function closeLine(line: Line, log: Log): void {
  line.receiver.client.disconnect().catch((error: unknown) => {
    log.debug("closing a socket to Slack failed", { error: error instanceof Error ? error : null });
  });
}
