// Traces are off unless they are configured: OpenTelemetry's SDK is not even loaded.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { headersIn } from "../../src/tracing/open.ts";

test("nothing imports the SDK but the one place that loads it when it is configured", () => {
  const found = globSync("src/**/*.ts").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(from |import\()"(@opentelemetry\/(?!api")[^"]+)"/g)].map(
      ([, how, name]) => `${file} ${how?.trim()} ${name}`,
    ),
  );
  assert.deepEqual([...new Set(found.map((one) => one.split(" ", 2).join(" ")))], ["src/tracing/open.ts import("]);
});

test("headers are read as OTEL_EXPORTER_OTLP_HEADERS has them, and nothing else passes for them", () => {
  assert.deepEqual(headersIn(null), {});
  assert.deepEqual(headersIn("a=1, b=x%20y=z"), { a: "1", b: "x y=z" });
  assert.throws(() => headersIn("token"), /not name=value/);
});
