// Spans by OpenTelemetry: what is under way is kept per call chain, and the record says what happened within it.
import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { AuditRecord } from "../core/audit.ts";
import type { RequestId } from "../core/ids.ts";
import type { Spans } from "../core/ports/spans.ts";
import type { Refusal } from "../core/refusal.ts";
import { requestTrace } from "./request-trace.ts";

export interface TracedSpans extends Spans {
  /** Records that became durable: events of the span under way, and of a new request the span that stands for it. */
  recorded(records: readonly AuditRecord[]): void;
}

export interface TracingParts {
  readonly tracer: Tracer;
  /** The next root span gets these ids. */
  readonly withIds: <T>(ids: { readonly traceId: string; readonly spanId: string }, make: () => T) => T;
}

const requestKey = "countersign.request";

export function makeSpans({ tracer, withIds }: TracingParts): TracedSpans {
  const active = new AsyncLocalStorage<Context>();

  function parentOf(request: RequestId | null): Context {
    const here = active.getStore();
    if (request === null) return here ?? ROOT_CONTEXT;
    const joined = requestTrace(request);
    const current = here === undefined ? undefined : trace.getSpanContext(here);
    return current?.traceId === joined.traceId && here !== undefined
      ? here
      : trace.setSpanContext(ROOT_CONTEXT, joined);
  }

  function begin(record: AuditRecord, cause: Span | undefined): void {
    const { request, at } = record;
    if (request === null) return;
    const ids = requestTrace(request);
    const links = cause === undefined ? [] : [{ context: cause.spanContext() }];
    const attributes = { [requestKey]: request };
    const span = withIds(ids, () => tracer.startSpan("request", { root: true, startTime: at, links, attributes }));
    span.end(at);
    cause?.addLink({ context: ids, attributes });
  }

  return {
    async within({ name, request, about = {} }, work) {
      const parent = parentOf(request);
      const attributes = { ...about, ...(request === null ? {} : { [requestKey]: request }) };
      const span = tracer.startSpan(name, { attributes }, parent);
      try {
        const done = await active.run(trace.setSpan(parent, span), work);
        span.setAttributes(outcomeOf(done));
        return done;
      } catch (error) {
        // The message may hold other people's text; the log has it, under the fault's id.
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "fault" });
        throw error;
      } finally {
        span.end();
      }
    },
    recorded(records) {
      const here = active.getStore();
      const span = here === undefined ? undefined : trace.getSpan(here);
      for (const record of records) {
        const { code, outcome, request } = record;
        if (code === "request.created") begin(record, span);
        const attributes = { outcome, ...(request === null ? {} : { [requestKey]: request }) };
        if (span?.isRecording() === true) span.addEvent(code, attributes, record.at);
      }
    },
  };
}

function outcomeOf(done: unknown): Readonly<Record<string, string>> {
  const refusal = refusalIn(done);
  return refusal === null
    ? { "countersign.outcome": "ok" }
    : { "countersign.outcome": "refused", "countersign.refusal": refusal.code };
}

/** A refusal by itself, or in a reply. */
function refusalIn(done: unknown): Pick<Refusal, "code"> | null {
  if (typeof done !== "object" || done === null || !("kind" in done) || done.kind !== "refusal") return null;
  if ("code" in done && typeof done.code === "string") return done as Refusal;
  return "refusal" in done ? refusalIn(done.refusal) : null;
}
