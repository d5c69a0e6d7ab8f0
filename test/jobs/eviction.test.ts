// What BullMQ would print of a Redis that throws keys away goes to the log, and nothing else that it reads there changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tellEviction } from "../../src/jobs/bullmq/eviction.ts";

const answer = (policy: string) =>
  `# Server\r\nredis_version:7.0.15\r\n# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:${policy}\r\nused_memory:1\r\n`;

test("a policy that throws keys away is told, and BullMQ reads one that does not", async () => {
  const told: string[] = [];
  const client = { info: async () => answer("allkeys-lru") };
  tellEviction(client, (policy) => told.push(policy));
  assert.equal(await client.info(), answer("noeviction"));
  assert.deepEqual(told, ["allkeys-lru"]);
});

test("what is asked in another way is passed on as it was asked", async () => {
  const asked: unknown[][] = [];
  const client = { info: async (...args: readonly unknown[]) => String(asked.push([...args])) };
  tellEviction(client, (policy) => assert.fail(policy));
  const callback = (): void => undefined;
  assert.equal(await client.info(callback), "1");
  assert.deepEqual(asked, [[callback]]);
});

test("one that keeps them is nothing to tell, nor is one that does not say", async () => {
  for (const said of [answer("noeviction"), "redis_version:7.0.15\r\n"]) {
    const client = { info: async () => said };
    tellEviction(client, (policy) => assert.fail(policy));
    assert.equal(await client.info(), said);
  }
});
