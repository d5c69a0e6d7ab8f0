// The schema of how the bot itself is watched: where a supervisor asks, whom it tells, where traces go.
import { channel, described, object, type Schema, text } from "./schema-parts.ts";

export const operationsSchema: Schema = object(
  "How the bot itself is watched: health, readiness and metrics on a port of their own, which people never reach.",
  {
    port: {
      description: "TCP port of `/healthz`, `/readyz` and `/metrics`; 0 takes a free one.",
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      default: 8081,
    },
    host: { ...described(text, "Address to listen on; in a pod `0.0.0.0`."), default: "127.0.0.1" },
    tell: described(
      channel,
      "Where those who run the bot are told that a part of it is away and back; left out: the audit channel.",
    ),
    traces: object(
      "Traces by OpenTelemetry; left out: none.",
      {
        endpoint: {
          description: "An OTLP collector's address for traces, over HTTP with JSON.",
          type: "string",
          pattern: "^https?://[^ @?#]+$",
          maxLength: 500,
          examples: ["http://otel-collector.observability:4318/v1/traces"],
        },
        headersFrom: {
          description: "The environment variable with further headers, as `name=value` with commas between.",
          type: "string",
          pattern: "^[A-Z][A-Z0-9_]{0,127}$",
          examples: ["OTEL_EXPORTER_OTLP_HEADERS"],
        },
        percent: {
          description: "Of so many requests in a hundred the trace is kept.",
          type: "integer",
          minimum: 1,
          maximum: 100,
          default: 100,
        },
      },
      ["endpoint"],
    ),
  },
  [],
);
