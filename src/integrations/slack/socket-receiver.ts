// Socket Mode with reconnecting of our own: two sockets that are never renewed together, and no rejection that nobody catches.
import type { App, Receiver } from "@slack/bolt";
import { closeLine, type Line, type LineSettings, openLine } from "./socket-line.ts";
import { within } from "./within.ts";

export interface SocketSettings extends LineSettings {
  /** Called once when no reconnecting can help: the app token no longer works. */
  readonly onEnd: (code: string) => void;
  /** Called with when each socket opened that is open now, and how many the app has in all as far as the newest of them was told. */
  readonly onSockets?: (openedAt: readonly number[], ofApp: number | null) => void;
}

/** Slack sends each payload to any one of them. An app may have ten in all: docs.slack.dev/apis/events-api/using-socket-mode */
export const socketsEach = 2;
/** Slack renews a socket some hours after it was opened: two that were opened together would go together. */
const apartMs = 60_000;
/** Slack closes a socket some ten seconds after it said so. */
const lingerMs = 30_000;
const maxBackoffMs = 15_000;

/**
 * The SDK's own reconnecting waits before each attempt and ends the process by an unhandled rejection when
 * `apps.connections.open` says `invalid_auth` or `stop` meets a socket without `hello`; it is switched off. `start`
 * resolves when the first socket has said hello, and throws when the token is refused.
 */
export function socketReceiver(settings: SocketSettings): Receiver {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { clock, log } = settings;
  let app: App | null = null;
  let keeping: Promise<unknown> = Promise.resolve();
  let turn: Promise<unknown> = Promise.resolve();
  const open = new Map<Line, number>();
  /** Open, and not for long. */
  const leaving = new Set<Line>();
  const told = (): void => {
    const byAge = [...open].sort(([, one], [, other]) => one - other);
    settings.onSockets?.(
      byAge.map(([, at]) => at),
      byAge.at(-1)?.[0].appSockets() ?? null,
    );
  };

  function opened(line: Line): Line {
    open.set(line, clock.now());
    told();
    line.leaving.then(() => leaving.add(line));
    line.lost.then(() => {
      leaving.delete(line);
      if (open.delete(line)) told();
    });
    return line;
  }

  async function untilOpen(): Promise<Line | null> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const tried = await openLine(settings, app);
      if (signal.aborted && tried.kind === "open") closeLine(tried.line, log);
      if (signal.aborted) return null;
      if (tried.kind === "open") return opened(tried.line);
      if (tried.kind === "end") throw new TokenRefused(tried.code);
      await clock.wait(tried.afterMs ?? Math.min(maxBackoffMs, 250 * 2 ** failures), signal);
    }
    return null;
  }

  /** Resolves when no socket that stays was opened a moment ago; at once where there is none. */
  async function apart(): Promise<void> {
    while (!signal.aborted) {
      const others = [...open].filter(([line]) => !leaving.has(line));
      const waitMs = Math.max(0, ...others.map(([, at]) => at + apartMs - clock.now()));
      if (waitMs === 0) return;
      const over = new AbortController();
      const gone = others.flatMap(([line]) => [line.lost, line.leaving]);
      await Promise.race([...gone, clock.wait(waitMs, AbortSignal.any([signal, over.signal]))]);
      over.abort();
    }
  }

  /** One after the other, so that two that were lost together do not come back together. */
  function next(): Promise<Line | null> {
    const opening = turn.then(apart).then(untilOpen);
    turn = opening.catch(() => undefined);
    return opening;
  }

  /** One socket and those that follow it. The one before stays until Slack closes it: what comes by it is taken. */
  async function keepOpen(first: Line | null): Promise<void> {
    let line = first ?? (await next());
    while (line !== null && !signal.aborted) {
      await Promise.race([line.lost, line.leaving, aborted(signal)]);
      if (signal.aborted) return;
      log.info("a socket to Slack ended, the next one is opened");
      const old: Line = line;
      line = await next();
      void within(clock, lingerMs, Promise.race([old.lost, aborted(signal)]), () => undefined).then(() =>
        closeLine(old, log),
      );
    }
  }

  return {
    init: (given) => {
      app = given;
    },
    start: async () => {
      const first = await next();
      if (first === null) return;
      const slots = [first, ...Array.from({ length: socketsEach - 1 }, () => null)];
      keeping = Promise.all(slots.map(keepOpen)).catch((error: unknown) => {
        log.error("sockets to Slack ended for good", { error: error instanceof Error ? error : null });
        settings.onEnd(error instanceof TokenRefused ? error.code : "socket_fault");
      });
    },
    stop: async () => {
      stopping.abort();
      for (const line of open.keys()) closeLine(line, log);
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

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
