// What REDIS_URL may say, what is wrong with it in words, and that its password is in none of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { redisAddressIn } from "../../src/jobs/bullmq/redis-address.ts";

const read = (text: string) => redisAddressIn(text, "REDIS_URL");

const right: readonly [string, string, object][] = [
  [
    "redis://cache",
    "cache:6379, database 0",
    { kind: "single", nodes: [{ host: "cache", port: 6379 }], db: 0, tls: null },
  ],
  ["redis://u:p%40w@10.0.0.1:7000/3", "10.0.0.1:7000, database 3", { db: 3 }],
  ["redis://[::1]:7000", "[::1]:7000, database 0", { nodes: [{ host: "::1", port: 7000 }] }],
  ["rediss://cache.example.com", "cache.example.com:6379, database 0", { tls: { rejectUnauthorized: true } }],
  [
    "redis+sentinel://:pw@a,b:26380/ours/2?sentinel_user=s&sentinel_password=t",
    "ours by sentinels a:26379,b:26380, database 2",
    {
      kind: "sentinel",
      master: "ours",
      db: 2,
      nodes: [
        { host: "a", port: 26379 },
        { host: "b", port: 26380 },
      ],
    },
  ],
  [
    "rediss+cluster://a:1,b:2",
    "cluster a:1,b:2",
    {
      kind: "cluster",
      nodes: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
      ],
    },
  ],
];

for (const [text, where, parts] of right)
  test(`REDIS_URL may be ${text}`, () => {
    const address = read(text);
    assert.equal(address.where, where);
    assert.partialDeepStrictEqual({ ...address }, parts);
  });

test("user and password are decoded, and printing the address shows no password", () => {
  const address = read("redis://u:p%40w@h?sentinel_password=also");
  assert.deepEqual(
    [address.login.user, address.login.password(), address.sentinelLogin.password()],
    ["u", "p@w", "also"],
  );
  assert.doesNotMatch(inspect(address, { depth: 9 }) + JSON.stringify(address), /p@w|p%40w|also/);
});

const wrong: readonly [string, RegExp][] = [
  ["", /is no address of Redis/],
  ["http://h", /is no address of Redis/],
  ["redis://u:sec/ret@h", /is no address|cannot be read/],
  ["redis+proxy://h", /begins with redis\+proxy/],
  ["redis://u:secret@", /names a host in a way/],
  ["redis://u:secret@h:99999", /names a host in a way/],
  ["redis://u:secret@a,b", /names several hosts/],
  ["redis://u:secret@h/x", /no number of a database/],
  ["redis+sentinel://u:secret@h", /what the sentinels call their master/],
  ["redis+cluster://u:secret@h/1", /a cluster has only 0/],
  ["redis://u:secret@h?tls=yes", /parameter “tls”/],
  ["redis://u:secret%@h", /a % that begins no character/],
  ["rediss://u:secret@h?cert=/x", /one of cert and key/],
  ["rediss://u:secret@h?cacert=/nowhere", /\/nowhere, named for REDIS_URL as its CA's certificate, cannot be read/],
];

for (const [text, says] of wrong)
  test(`REDIS_URL may not be ${text || "empty"}, and the sentence holds no password`, () => {
    assert.throws(
      () => read(text),
      (error: Error) => says.test(error.message) && !/secret|sec\/ret/.test(error.message),
    );
  });
