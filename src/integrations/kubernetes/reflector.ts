// Keeps a cache like the server's collection: a paged list, then a watch, for ever, whatever goes wrong.
import { isJsonObject, type JsonObject, listAt, textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import type { BackOff } from "./back-off.ts";
import { isExpired, retryAfterMs } from "./refusals.ts";
import { type WatchEnd, watchOnce } from "./watch.ts";

/** Takes what is listed and watched; trims it at once, so that a page is garbage before the next one comes. */
export interface Sink {
  /** A new list begins: what it does not name is gone at `listed`. */
  listing(): void;
  put(object: JsonObject): void;
  listed(): void;
  remove(object: JsonObject): void;
  /** The server was heard, or the connection is known to be broken. */
  heard(live: boolean): void;
}

/** Small enough that a page of large pods stays under some 5 MB. */
const pageSize = 250;

export interface ReflectorParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
  readonly backOff: BackOff;
  readonly path: string;
  readonly sink: Sink;
  /** What the bot may not list is then taken for empty: narrow rights must not cost everything else. */
  readonly mayBeForbidden?: boolean;
}

type Step =
  | { readonly kind: "on"; readonly version: string | null }
  | { readonly kind: "wait"; readonly version: string | null; readonly end: WatchEnd };

/** Runs until the signal aborts; never rejects for what the network or the server does. */
export async function reflect(parts: ReflectorParts, signal: AbortSignal): Promise<void> {
  let version: string | null = null;
  while (!signal.aborted) {
    const step: Step = version === null ? await list(parts, signal) : await watch(parts, version, signal);
    version = step.version;
    if (step.kind === "on" || signal.aborted) continue;
    const { end } = step;
    const asked = end.kind === "broken" ? end.waitMs : null;
    const waitMs = parts.backOff.next(asked);
    if (end.kind === "broken" && end.status === 403 && parts.mayBeForbidden === true) parts.sink.listed();
    else if (end.kind === "broken") {
      parts.sink.heard(false);
      parts.log.warn("cluster watch broken", { cluster: parts.api.cluster, path: parts.path, says: end.says, waitMs });
    }
    await parts.clock.wait(waitMs, signal);
  }
}

async function list(parts: ReflectorParts, signal: AbortSignal): Promise<Step> {
  let page = "";
  parts.sink.listing();
  while (true) {
    const query: Record<string, string> = { limit: String(pageSize) };
    if (page !== "") query.continue = page;
    const ask = { method: "GET", path: parts.path, query, deadlineMs: parts.api.timing.callMs, signal } as const;
    const answer = await parts.api.send(ask);
    if (isRefusal(answer)) return broken(0, answer.message, null);
    if (answer.kind === "no-answer") return broken(0, answer.says, null);
    if (isExpired(answer)) return { kind: "wait", version: null, end: { kind: "expired" } };
    if (answer.status !== 200 || !isJsonObject(answer.body)) {
      return broken(answer.status, `HTTP ${answer.status}`, retryAfterMs(answer));
    }
    for (const item of listAt(answer.body, "items")) if (isJsonObject(item)) parts.sink.put(item);
    page = textAt(answer.body, "metadata", "continue");
    if (page !== "") continue;
    parts.sink.listed();
    return { kind: "on", version: textAt(answer.body, "metadata", "resourceVersion") };
  }
}

async function watch(parts: ReflectorParts, from: string, signal: AbortSignal): Promise<Step> {
  let version = from;
  let events = 0;
  const end = await watchOnce(parts.api, parts.clock, {
    path: parts.path,
    query: { resourceVersion: from, timeoutSeconds: "290" },
    signal,
    opened: () => parts.sink.heard(true),
    event: ({ type, object }) => {
      events += 1;
      version = textAt(object, "metadata", "resourceVersion") || version;
      if (type === "DELETED") parts.sink.remove(object);
      else if (type !== "BOOKMARK") parts.sink.put(object);
      parts.sink.heard(true);
    },
  });
  // A connection that brought something was a good one: the next failure waits shortly again.
  if (events > 0) parts.backOff.reset();
  if (end.kind === "closed") return events > 0 ? { kind: "on", version } : { kind: "wait", version, end };
  return { kind: "wait", version: end.kind === "expired" ? null : version, end };
}

function broken(status: number, says: string, waitMs: number | null): Step {
  return { kind: "wait", version: null, end: { kind: "broken", status, says, waitMs } };
}
