// Where time goes, for whoever collects traces: work is done within spans that say what it is, and never what people typed.
import type { RequestId } from "../ids.ts";

export type SpanName =
  | "command"
  | "vote"
  | "button"
  | "plan"
  | "preview"
  | "write"
  | "execution"
  | "verification"
  | "recovery";

export interface SpanOf {
  readonly name: SpanName;
  /** What it belongs to, where that is known from the beginning: its trace is then the request's, in every process. */
  readonly request: RequestId | null;
  /** Words and numbers of ours: verbs, clusters, kinds. */
  readonly about?: Readonly<Record<string, string | number | boolean>>;
}

export interface Spans {
  /** Does the work and passes on what comes of it, thrown or not. Never adds a fault of its own. */
  within<T>(span: SpanOf, work: () => Promise<T>): Promise<T>;
}

/** Nobody collects. */
export const noSpans: Spans = { within: (_span, work) => work() };
