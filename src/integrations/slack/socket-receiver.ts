// Socket Mode with reconnecting of our own: no gap where Slack says goodbye first, no rejection that nobody catches.
import { type App, type Receiver, SocketModeReceiver } from "@slack/bolt";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import { webOptions } from "./clients.ts";
import { failureOf, failureText, isTokenFailure } from "./failure.ts";
import { slackLogger } from "./logger.ts";
import { within } from "./within.ts";

export interface SocketSettings {
  readonly appToken: string;
  readonly apiUrl?: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once when no reconnecting can help: the app token no longer works. */
  readonly onEnd: (code: string) => void;
  /** Called with when each socket opened that is open now. */
  readonly onSockets?: (openedAt: readonly number[]) => void;
}

interface Line {
  readonly receiver: SocketModeReceiver;
  /** The socket is gone. */
  readonly lost: Promise<void>;
  /** Slack announced that it will close the socket. */
  readonly leaving: Promise<void>;
}

type Opened =
  | { readonly kind: "open"; readonly line: Line }
  | { readonly kind: "later"; readonly afterMs: number | null }
  | { readonly kind: "end"; readonly code: string };

const helloMs = 10_000;
const maxBackoffMs = 15_000;

/**
 * The SDK's own reconnecting waits before each attempt and ends the process by an unhandled rejection when
 * `apps.connections.open` says `invalid_auth` or `stop` meets a socket without `hello`; it is switched off. `start`
 * resolves when the first socket has said hello, and throws when the token is refused.
 */
export function socketReceiver(settings: SocketSettings): Receiver {
  const stopping = new AbortController();
  const { clock, log } = settings;
  let app: App | null = null;
  let current: Line | null = null;
  let keeping: Promise<void> = Promise.resolve();
  const open = new Map<Line, number>();
  const told = (): void => settings.onSockets?.([...open.values()]);

  function opened(line: Line): Line {
    open.set(line, clock.now());
    told();
    line.lost.then(() => ended(line));
    return line;
  }

  function ended(line: Line): void {
    if (open.delete(line)) told();
  }

  async function untilOpen(): Promise<Line | null> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      const tried = await openLine(settings, app);
      if (stopping.signal.aborted && tried.kind === "open") closeLine(tried.line, log);
      if (stopping.signal.aborted) return null;
      if (tried.kind === "open") return opened(tried.line);
      if (tried.kind === "end") throw new TokenRefused(tried.code);
      await clock.wait(tried.afterMs ?? Math.min(maxBackoffMs, 250 * 2 ** failures), stopping.signal);
    }
    return null;
  }

  async function keepOpen(first: Line): Promise<void> {
    let line: Line | null = first;
    while (line !== null && !stopping.signal.aborted) {
      await Promise.race([line.lost, line.leaving, aborted(stopping.signal)]);
      if (stopping.signal.aborted) return;
      log.info("a socket to Slack ended, the next one is opened");
      const old: Line = line;
      line = await untilOpen();
      current = line;
      closeLine(old, log);
      ended(old);
    }
  }

  return {
    init: (given) => {
      app = given;
    },
    start: async () => {
      const first = await untilOpen();
      current = first;
      if (first === null) return;
      keeping = keepOpen(first).catch((error: unknown) => {
        log.error("sockets to Slack ended for good", { error: error instanceof Error ? error : null });
        settings.onEnd(error instanceof TokenRefused ? error.code : "socket_fault");
      });
    },
    stop: async () => {
      stopping.abort();
      if (current !== null) closeLine(current, log);
      await within(clock, 2_000, keeping, () => undefined);
    },
  };
}

/** Slack refused the app token: an operator must act. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly code: string;
  constructor(code: string) {
    super(`Slack refused the app token: ${code}`);
    this.code = code;
  }
}

async function openLine(settings: SocketSettings, app: App | null): Promise<Opened> {
  const { clock, log } = settings;
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken,
    logger: slackLogger(log),
    clientPingTimeout: 1_000,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...webOptions(settings), timeout: 5_000, retryConfig: { retries: 0 } } },
  });
  if (app !== null) receiver.init(app);
  const line = watch(receiver);
  const opening = receiver.start().then(
    (): Opened => ({ kind: "open", line }),
    (error: unknown): Opened => {
      const failure = failureOf(error);
      log.warn("no socket to Slack", { why: error === undefined ? "closed before hello" : failureText(failure) });
      if (failure.kind === "refused" && isTokenFailure(failure.code)) return { kind: "end", code: failure.code };
      return { kind: "later", afterMs: failure.kind === "rate-limited" ? Math.min(failure.afterMs, 60_000) : null };
    },
  );
  const opened = await within(clock, helloMs, opening, (): Opened => ({ kind: "later", afterMs: null }));
  if (opened.kind !== "open") closeLine(line, log);
  return opened;
}

function watch(receiver: SocketModeReceiver): Line {
  const lost = Promise.withResolvers<void>();
  const leaving = Promise.withResolvers<void>();
  receiver.client.on("disconnected", () => lost.resolve());
  receiver.client.on("ws_message", (data: unknown) => {
    if (typeof data === "string" && data.length < 4_096 && saysGoodbye(data)) leaving.resolve();
  });
  return { receiver, lost: lost.promise, leaving: leaving.promise };
}

function saysGoodbye(text: string): boolean {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null && (frame as { type?: unknown }).type === "disconnect";
  } catch {
    return false;
  }
}

/** Closing resolves only when the peer closes too: nobody waits for it. */
function closeLine(line: Line, log: Log): void {
  line.receiver.client.disconnect().catch((error: unknown) => {
    log.debug("closing a socket to Slack failed", { error: error instanceof Error ? error : null });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
