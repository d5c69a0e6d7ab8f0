// OpenTelemetry's SDK, loaded only where traces are configured, and sending them by OTLP over HTTP.
import type { TracesConfig } from "../core/config.ts";
import type { Log } from "../core/ports/log.ts";
import { makeSpans, type TracedSpans } from "./spans.ts";

export interface OpenTracing extends TracedSpans {
  /** Sends what is gathered, some seconds at most. */
  close(): Promise<void>;
}

export interface TracingSettings extends Pick<TracesConfig, "endpoint" | "percent"> {
  /** Further headers, as `name=value` with commas between; null: none. */
  readonly headers: string | null;
  readonly version: string;
  /** Which of several processes this is. */
  readonly instance: string;
  readonly log: Log;
}

const flushWithinMs = 3_000;

export async function openTracing(settings: TracingSettings): Promise<OpenTracing> {
  const { endpoint, headers, percent, version, instance, log } = settings;
  const { sdk, otlp, resources } = await loadSdk();
  const ids = new sdk.RandomIdGenerator();
  let next: { readonly traceId: string; readonly spanId: string } | null = null;
  const exporter = new otlp.OTLPTraceExporter({ url: endpoint, headers: headersIn(headers), timeoutMillis: 5_000 });
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      "service.name": "countersign",
      "service.version": version,
      "service.instance.id": instance,
    }),
    // By the trace's id alone: all processes keep the same requests.
    sampler: new sdk.TraceIdRatioBasedSampler(percent / 100),
    idGenerator: {
      generateTraceId: () => next?.traceId ?? ids.generateTraceId(),
      generateSpanId: () => next?.spanId ?? ids.generateSpanId(),
    },
    spanLimits: { attributeValueLengthLimit: 200, attributeCountLimit: 32, eventCountLimit: 128, linkCountLimit: 32 },
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, maxQueueSize: 4_096, scheduledDelayMillis: 2_000 })],
  });
  const spans = makeSpans({
    tracer: provider.getTracer("countersign", version),
    withIds(given, make) {
      next = given;
      try {
        return make();
      } finally {
        next = null;
      }
    },
  });
  return {
    ...spans,
    async close() {
      await provider.forceFlush({ timeoutMillis: flushWithinMs }).catch((error: unknown) => {
        log.warn("the last traces were not sent", { error: error instanceof Error ? error : undefined });
      });
      await provider.shutdown().catch(() => undefined);
    },
  };
}

async function loadSdk() {
  const [sdk, otlp, resources] = await Promise.all([
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  return { sdk, otlp, resources };
}

/** `name=value,name=value`, as OTEL_EXPORTER_OTLP_HEADERS has it. */
export function headersIn(text: string | null): Record<string, string> {
  const pairs = (text ?? "").split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error("the headers for traces are not name=value with commas between");
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}
