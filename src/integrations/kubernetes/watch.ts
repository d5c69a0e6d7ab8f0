// One watch connection: events line by line until it ends, and how it ended.
import { isJsonObject, type JsonObject, textAt } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import { isExpired, retryAfterMs } from "./refusals.ts";
import { type Answer, collect, parsed, type Stream } from "./request.ts";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: JsonObject;
}

export type WatchEnd =
  /** The server ended it as servers do after some minutes: go on from the last version. */
  | { readonly kind: "closed" }
  /** The last version is too old: list again. */
  | { readonly kind: "expired" }
  /** `waitMs` is what the server asked for, null when it did not. `status` is 0 when there was no answer. */
  | { readonly kind: "broken"; readonly status: number; readonly says: string; readonly waitMs: number | null };

export interface WatchOptions {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The connection stands. */
  readonly opened: () => void;
  readonly event: (event: WatchEvent) => void;
}

/** Never rejects for what the network or the server does; an error thrown by `event` is passed on. */
export async function watchOnce(api: Api, clock: Clock, options: WatchOptions): Promise<WatchEnd> {
  const query = { ...options.query, watch: "true", allowWatchBookmarks: "true" };
  const { path, signal } = options;
  const stream = await api.open({ method: "GET", path, query, deadlineMs: api.timing.callMs, signal });
  if (isRefusal(stream)) return { kind: "broken", status: 0, says: stream.message, waitMs: null };
  if (stream.kind === "no-answer") return { kind: "broken", status: 0, says: stream.says, waitMs: null };
  if (stream.status !== 200) return await refused(api, clock, stream);
  options.opened();
  const heard = { at: clock.now() };
  const over = new AbortController();
  void watchSilence(api, clock, { heard, over: over.signal, stream });
  try {
    return await readEvents(stream, (line) => {
      heard.at = clock.now();
      return handle(line, options.event);
    });
  } finally {
    over.abort();
    stream.cancel();
  }
}

/** A failed watch's answer is small, but it too may hang. */
async function refused(api: Api, clock: Clock, stream: Stream): Promise<WatchEnd> {
  const over = new AbortController();
  void clock.wait(api.timing.callMs, over.signal).then(() => stream.cancel());
  const text = await collect(stream.chunks).catch(() => "");
  over.abort();
  const answer: Answer = { kind: "answer", status: stream.status, header: stream.header, text, body: parsed(text) };
  if (isExpired(answer)) return { kind: "expired" };
  const says = `HTTP ${stream.status}`;
  return { kind: "broken", status: stream.status, says, waitMs: retryAfterMs(answer) };
}

async function watchSilence(
  api: Api,
  clock: Clock,
  watch: { readonly heard: { at: number }; readonly over: AbortSignal; readonly stream: Stream },
): Promise<void> {
  while (!watch.over.aborted) {
    const left = watch.heard.at + api.timing.silentMs - clock.now();
    if (left <= 0) {
      watch.stream.cancel();
      return;
    }
    await clock.wait(left, watch.over);
  }
}

async function readEvents(stream: Stream, line: (text: string) => WatchEnd | null): Promise<WatchEnd> {
  let rest: Uint8Array[] = [];
  const chunks = stream.chunks[Symbol.asyncIterator]();
  while (true) {
    const step = await chunks.next().catch(() => null);
    if (step === null)
      return { kind: "broken", status: 0, says: "the connection dropped or fell silent", waitMs: null };
    if (step.done === true) return { kind: "closed" };
    let from = 0;
    for (let end = step.value.indexOf(10); end !== -1; end = step.value.indexOf(10, from)) {
      rest.push(step.value.subarray(from, end));
      const ended = line(Buffer.concat(rest).toString("utf8"));
      if (ended !== null) return ended;
      rest = [];
      from = end + 1;
    }
    if (from < step.value.length) rest.push(step.value.subarray(from));
  }
}

function handle(line: string, event: (event: WatchEvent) => void): WatchEnd | null {
  if (line === "") return null;
  const value = parsed(line);
  const object = isJsonObject(value) ? value.object : undefined;
  const type = textAt(value, "type");
  if (!isJsonObject(object)) return { kind: "broken", status: 0, says: "not a watch event", waitMs: null };
  if (type === "ERROR") {
    if (object.code === 410) return { kind: "expired" };
    const says = textAt(object, "reason") || "watch error";
    return { kind: "broken", status: typeof object.code === "number" ? object.code : 0, says, waitMs: null };
  }
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK") event({ type, object });
  return null;
}
