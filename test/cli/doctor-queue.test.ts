// What doctor says of the queue: each thing that can be wrong with a Redis, and how to mend it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Patient } from "../../src/cli/doctor/finding.ts";
import { checkQueue, queueFindings, schemaFinding } from "../../src/cli/doctor/queue.ts";
import { typedJobs } from "../../src/config/typed-jobs.ts";
import { examined } from "../../src/jobs/bullmq/examine.ts";
import { freePorts } from "../cluster/ports.ts";

const info = (lines: Readonly<Record<string, string | number>>): string =>
  ["# Server", ...Object.entries(lines).map(([name, value]) => `${name}:${value}`)].join("\r\n");
const good = { redis_version: "7.0.15", maxmemory_policy: "noeviction", used_memory: 1_048_576, maxmemory: 0 };
const found = (lines: Readonly<Record<string, string | number>>) =>
  queueFindings(examined(info({ ...good, ...lines })), { where: "cache:6379" }).map(({ level, saw }) => [level, saw]);

const cases: readonly [string, Readonly<Record<string, string | number>>, string, RegExp][] = [
  ["is right", {}, "ok", /version 7\.0\.15, maxmemory-policy noeviction/],
  ["is too old", { redis_version: "6.0.20" }, "fail", /is 6\.0\.20/],
  [
    "throws keys away",
    { maxmemory_policy: "allkeys-lru" },
    "fail",
    /throws keys away when it is full \(maxmemory-policy allkeys-lru\)/,
  ],
  ["is nearly full", { used_memory: 95 * 1_048_576, maxmemory: 100 * 1_048_576 }, "warn", /95 of 100 MiB/],
  ["is a Valkey", { redis_version: "7.2.4", valkey_version: "8.1.0" }, "ok", /version 8\.1\.0/],
];

for (const [says, lines, level, saw] of cases)
  test(`doctor: a Redis that ${says}`, () => {
    const [first] = found(lines);
    assert.equal(first?.[0], level);
    assert.match(first?.[1] ?? "", saw);
  });

const patient = (url: string): Patient =>
  ({ config: { jobs: typedJobs() }, secrets: { named: () => url }, database: null }) as unknown as Patient;

test("doctor: no Redis, one that is not there, an address that is none", async () => {
  const [none] = await checkQueue(patient(""));
  assert.equal(none?.level, "ok");
  const [port] = await freePorts(1);
  const [away] = await checkQueue(patient(`redis://u:secret@127.0.0.1:${port}`));
  assert.equal(away?.level, "fail");
  assert.match(away?.saw ?? "", /does not answer: connect ECONNREFUSED/);
  const [wrong] = await checkQueue(patient("redis:secret"));
  assert.match(wrong?.saw ?? "", /REDIS_URL is no address of Redis/);
  assert.doesNotMatch(JSON.stringify([away, wrong]), /secret/);
});

const there = { kind: "there", version: 11, needs: 6, mayUse: true } as const;
const inDatabase: readonly [string, Parameters<typeof schemaFinding>, string, RegExp][] = [
  ["is right", [there, "yes"], "ok", /in the schema bullmq: its tables are of version 11\.$/],
  ["is of an older version", [there, "older"], "ok", /brought up to date at the next start/],
  ["is of a newer one", [{ ...there, needs: 7 }, "newer"], "fail", /made by BullMQ 7, which is newer/],
  ["is somebody else's", [{ ...there, mayUse: false }, "yes"], "fail", /belongs to another user/],
  ["is not made yet", [{ kind: "none", mayMake: true }, "yes"], "ok", /made at the first start/],
  ["cannot be made", [{ kind: "none", mayMake: false }, "yes"], "fail", /the user may not make it/],
];

for (const [says, seen, level, saw] of inDatabase)
  test(`doctor: a queue in the database that ${says}`, () => {
    const finding = schemaFinding(...seen);
    assert.equal(finding.level, level);
    assert.match(finding.saw, saw);
  });
