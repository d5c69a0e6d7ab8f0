// Brings things to the app: asks once and waits three seconds, or announces an event and tries again as Slack does.
import type { Clock } from "./clock.ts";
import { ACK_MS, type Answer, type Envelope, type Line, type Retry } from "./line.ts";
import type { Log } from "./log.ts";
import { objOf, textOf } from "./read.ts";
import type { Obj } from "./records.ts";

/** Event retries: at once, after one minute, after five. Source: docs.slack.dev/apis/events-api#retries. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

export interface Courier {
  /** Slash commands and interactivity: never retried. A late or refused answer is recorded as a breach. */
  readonly ask: (envelope: Envelope) => Promise<Answer>;
  /** Events: retried until acknowledged or given up. Resolves after the first attempt. */
  readonly announce: (payload: Obj) => Promise<void>;
  /** The next delivery arrives twice. */
  readonly duplicateNext: () => void;
  readonly stop: () => void;
}

export function makeCourier(parts: { readonly clock: Clock; readonly log: Log; readonly line: () => Line }): Courier {
  const { clock, log } = parts;
  let copies = 1;
  let stopped = false;

  async function send(envelope: Envelope, retry: Retry | undefined): Promise<Answer> {
    const count = copies;
    copies = 1;
    const answer = await parts.line().send(envelope, retry, count);
    const what = nameOf(envelope);
    if (answer.kind === "timeout") log.breach("late_ack", `${what} was not acknowledged within ${ACK_MS} ms`);
    if (answer.kind === "refused") log.breach("bad_ack", `${what} was answered with status ${answer.status}`);
    return answer;
  }

  async function attempt(payload: Obj, round: number, reason: string): Promise<void> {
    if (stopped) return;
    const retry = round === 0 ? undefined : { num: round, reason };
    const answer = await send({ kind: "events_api", payload, acceptsResponse: false }, retry);
    if (answer.kind === "acked" || (answer.kind === "refused" && answer.noRetry)) return;
    const delay = RETRY_AFTER_MS[round];
    if (delay === undefined) return;
    const again = () => void attempt(payload, round + 1, reasonOf(answer));
    if (delay === 0 && answer.kind !== "unreachable") again();
    else clock.after(Math.max(delay, 50), again);
  }

  return {
    ask: (envelope) => send(envelope, undefined),
    announce: (payload) => attempt(payload, 0, ""),
    duplicateNext: () => {
      copies = 2;
    },
    stop: () => {
      stopped = true;
    },
  };
}

function reasonOf(answer: Answer): string {
  if (answer.kind === "timeout") return "http_timeout";
  return answer.kind === "unreachable" ? "connection_failed" : "http_error";
}

function nameOf({ kind, payload }: Envelope): string {
  if (kind === "slash_commands") return `the slash command ${textOf(payload.command)} ${textOf(payload.text)}`;
  if (kind === "events_api") return `the event ${textOf(objOf(payload.event).type)}`;
  return `the ${textOf(payload.type)} payload`;
}
