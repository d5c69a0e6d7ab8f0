// The ways to a Redis: with a password, over TLS, found by sentinels, and a cluster; and no password is ever printed.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Redis } from "ioredis";
import type { Log, LogFields } from "../../src/core/ports/log.ts";
import { redisQueue } from "../../src/jobs/bullmq/redis.ts";
import { redisAddressIn } from "../../src/jobs/bullmq/redis-address.ts";
import { issue, newAuthority, validAround } from "../cluster/certificates.ts";
import { freePorts } from "../cluster/ports.ts";
import { defaultLimits, until } from "../contracts/jobs.ts";
import { silent } from "../store/samples.ts";
import { queuedBed, redisSource } from "./beds.ts";
import { loadOn } from "./load.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

async function server(t: TestContext, ...args: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis(process.env, args);
  t.after(() => redis.stop());
  return redis;
}

async function worksAt(t: TestContext, url: string): Promise<void> {
  const bed = await queuedBed(t, redisSource(url));
  const load = loadOn(bed);
  const jobs = await bed.start({ handlers: load.handlers });
  await load.put(20);
  await load.allDoneOnce();
  assert.equal(jobs.queue().kind, "ready");
}

async function ask(port: number, command: string, ...args: readonly string[]): Promise<unknown> {
  const client = new Redis({ host: "127.0.0.1", port });
  client.on("error", () => undefined);
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

test("with a user and a password", async (t) => {
  const { port } = await server(
    t,
    ...["--user", "ops", "on", ">pw:@/word", "~*", "&*", "+@all"],
    ...["--requirepass", "default-password"],
  );
  await worksAt(t, `redis://ops:pw%3A%40%2Fword@127.0.0.1:${port}/3`);
});

test("a wrong password is told as such, and neither the wrong nor the right one is in any sentence", async (t) => {
  const { port } = await server(t, "--requirepass", "right-secret");
  const said: string[] = [];
  const note = (message: string, fields?: LogFields): void => void said.push(message, JSON.stringify(fields ?? {}));
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const address = redisAddressIn(`redis://default:wrong-secret@127.0.0.1:${port}`, "REDIS_URL");
  const source = redisQueue({ address, prefix: "x" });
  await assert.rejects(source.open({ take: async () => undefined, limits: defaultLimits, log }), (error: Error) => {
    said.push(error.message, String(error.stack), JSON.stringify(error), JSON.stringify(address), source.what);
    return /WRONGPASS|invalid username-password/.test(error.message);
  });
  assert.doesNotMatch(said.join("\n"), /wrong-secret|right-secret/);
});

test("over TLS, checked by its CA; another CA's certificate is refused", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-redis-tls-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const validity = validAround(new Date());
  const ca = newAuthority("countersign test redis", validity);
  const leaf = issue(
    ca,
    { commonName: "localhost", use: "server", hosts: ["localhost"], ips: ["127.0.0.1"] },
    validity,
  );
  const files = { ca: ca.certificatePem, cert: leaf.certificatePem, key: leaf.keyPem };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o600 });
  writeFileSync(join(directory, "other"), newAuthority("somebody else", validity).certificatePem);
  const [tlsPort] = await freePorts(1);
  const keys = ["--tls-cert-file", join(directory, "cert"), "--tls-key-file", join(directory, "key")];
  const more = ["--tls-ca-cert-file", join(directory, "ca"), "--tls-auth-clients", "no"];
  await server(t, "--tls-port", String(tlsPort), ...keys, ...more);
  const url = `rediss://localhost:${tlsPort}`;
  await worksAt(t, `${url}?cacert=${join(directory, "ca")}`);
  const refused = redisSource(`${url}?cacert=${join(directory, "other")}`);
  await assert.rejects(
    refused.open({ take: async () => undefined, limits: defaultLimits, log: silent }),
    /certificate|self.signed|unable to verify/i,
  );
});

test("found by sentinels", async (t) => {
  const master = await server(t);
  const directory = mkdtempSync(join(tmpdir(), "countersign-sentinel-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  // A sentinel writes into its configuration.
  const file = join(directory, "sentinel.conf");
  writeFileSync(file, `sentinel monitor ours 127.0.0.1 ${master.port} 1\n`);
  const sentinel = await startRedis(process.env, [], { file, isSentinel: true });
  t.after(() => sentinel.stop());
  await worksAt(t, `redis+sentinel://127.0.0.1:${sentinel.port}/ours/0`);
});

test("a cluster", async (t) => {
  // Redis would take the port and ten thousand, which may be none.
  const [busPort] = await freePorts(1);
  const bus = ["--cluster-port", String(busPort), "--cluster-announce-ip", "127.0.0.1"];
  const { port } = await server(t, "--cluster-enabled", "yes", ...bus);
  await ask(port, "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  await until("the cluster is whole", async () => /cluster_state:ok/.test(String(await ask(port, "CLUSTER", "INFO"))));
  await worksAt(t, `redis+cluster://127.0.0.1:${port}`);
});
