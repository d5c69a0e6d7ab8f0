// What this machine does at most: flushes of its disk, HMACs and parsed JSON of one core. Printed beside what they limit.
import { createHmac } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { sampleEvent } from "./sample-event.ts";

/** How often a second this disk says that something is on it. */
export function fsyncRate(file: string): number {
  const handle = openSync(file, "w");
  const rate = rateOf(300, () => {
    writeSync(handle, "x");
    fsyncSync(handle);
  });
  closeSync(handle);
  return rate;
}

/** Signatures of a request body of 2 KB, as each of Slack's requests and each vote's form takes one. */
export function hmacRate(): number {
  const body = "x".repeat(2_000);
  return rateOf(50_000, () => createHmac("sha256", "bench-signing-secret").update(body).digest("hex"));
}

/** Parsed audit events of the usual size. */
export function parseRate(): number {
  const text = JSON.stringify(sampleEvent(1));
  return rateOf(100_000, () => JSON.parse(text));
}

function rateOf(count: number, once: () => unknown): number {
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) once();
  return count / ((performance.now() - startedAt) / 1_000);
}
