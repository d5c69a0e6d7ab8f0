// A rollback's trace, from what was typed to what was read back: joined by the request, across two runs of the bot, without a word of people's.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestId } from "../../src/core/ids.ts";
import { requestTrace } from "../../src/tracing/request-trace.ts";
import { ask, idOf, until } from "../support/story.ts";
import { ana, ben, finn, startTown } from "../support/town.ts";
import { type CollectedSpan, startCollector } from "../tracing/collector.ts";

test("command, plan, votes, execution, write and verification are one story, also when the bot was started anew in between", async (t) => {
  const collector = await startCollector();
  t.after(() => collector.stop());
  const town = await startTown(t, {
    config: (text) =>
      text.replace(
        "  port: 0 # health",
        `  traces: { endpoint: "${collector.endpoint}", headersFrom: TRACE_HEADERS }\n  port: 0 # health`,
      ),
  });
  const { botToken, appToken, apiUrl } = town.slack;
  const named = (name: string) => (name === "TRACE_HEADERS" ? "x-team=platform" : undefined);
  const secrets = { botToken, appToken, signingSecret: null, apiUrl, named };
  await town.startBot({ secrets });
  const card = await ask(town, "rollback checkout because canary-word-4711 crashes", "checkout");
  await town.vote(ben, card, "approve", "canary-word-4712 is right");
  await town.stopBot();
  await town.startBot({ secrets });
  await town.vote(finn, card, "approve");
  await until(town, card, "is done and verified");
  await town.stopBot();
  const spans = collector.spans();
  const request = requestTrace(idOf(card) as RequestId);
  const ofIt = spans.filter((span) => span.traceId === request.traceId);
  const count = (name: string) => ofIt.filter((span) => span.name === name).length;
  assert.deepEqual(
    [count("request"), count("vote"), count("execution"), count("verification"), count("write")],
    [1, 2, 1, 1, 1],
  );
  const one = (name: string): CollectedSpan => {
    const found = spans.find((span) => span.name === name);
    assert.ok(found, name);
    return found;
  };
  assert.equal(one("request").spanId, request.spanId);
  assert.ok(ofIt.every((span) => span.name === "request" || span.parentSpanId !== ""));
  for (const name of ["vote", "execution"]) assert.equal(one(name).parentSpanId, request.spanId);
  assert.equal(one("write").parentSpanId, one("execution").spanId);
  const command = one("command");
  assert.deepEqual(one("request").links, [{ traceId: command.traceId, spanId: command.spanId }]);
  assert.deepEqual(command.links, [{ traceId: request.traceId, spanId: request.spanId }]);
  assert.ok(spans.some((span) => span.name === "plan" && span.parentSpanId === command.spanId));
  assert.ok(spans.some((span) => span.name === "preview" && span.traceId === command.traceId));
  assert.ok(one("execution").events.includes("write.intended") || one("write").events.includes("write.intended"));
  assert.ok(one("verification").events.includes("execution.ended"));
  assert.equal(collector.headers()["x-team"], "platform");
  for (const word of ["canary-word", ana, ben, "Ana", "xoxb", "xapp", "token-of"])
    assert.ok(!collector.raw().includes(word), `traces hold ${word}`);
  assert.deepEqual(town.faults, []);
});

test("a collector that is away costs nobody anything but its traces", async (t) => {
  const town = await startTown(t, {
    config: (text) =>
      text.replace("  port: 0 # health", '  traces: { endpoint: "http://127.0.0.1:9/v1/traces" }\n  port: 0 # health'),
  });
  await town.startBot();
  const card = await ask(town, "restart checkout because it hangs", "checkout");
  await town.vote(ben, card, "approve");
  await town.stopBot();
});
