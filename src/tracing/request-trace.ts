// The trace of a request: its ids follow from the request's, so that every process joins it without asking another.
import { createHash } from "node:crypto";
import { type SpanContext, TraceFlags } from "@opentelemetry/api";
import type { RequestId } from "../core/ids.ts";

/** Of the span that stands for the request itself: the parent of votes, executions and verifications. */
export function requestTrace(request: RequestId): SpanContext {
  const hex = createHash("sha256").update(`countersign trace ${request}`).digest("hex");
  return {
    traceId: hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  };
}
