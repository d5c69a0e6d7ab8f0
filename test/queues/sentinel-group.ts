// A master, a replica and three sentinels that watch them, all with passwords, on the loopback.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { until } from "../contracts/jobs.ts";
import { ask } from "./ask-redis.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const password = "of-the-servers";
const sentinelPassword = "of-the-sentinels";
const sentinels = 3;
const quorum = 2;

export interface SentinelGroup {
  /** For REDIS_URL. */
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** In the order of the address. */
  readonly sentinels: readonly RedisServer[];
  roleOf(server: RedisServer): Promise<unknown>;
}

export async function startSentinelGroup(t: TestContext): Promise<SentinelGroup> {
  const secured = ["--requirepass", password, "--masterauth", password, "--repl-diskless-sync-delay", "0"];
  const server = async (...args: readonly string[]): Promise<RedisServer> => {
    const started = await startRedis(process.env, [...secured, ...args]);
    t.after(() => started.stop());
    return started;
  };
  const master = await server();
  const replica = await server("--replicaof", "127.0.0.1", String(master.port));
  const watching = await Promise.all(Array.from({ length: sentinels }, () => startSentinel(t, master.port)));
  const roleOf = async ({ port }: RedisServer): Promise<unknown> => {
    // One that is just changing its role hangs up on everybody.
    const role = await ask(`redis://:${password}@127.0.0.1:${port}`, "ROLE").catch(() => "away");
    return Array.isArray(role) ? role[0] : role;
  };
  for (const { port } of watching)
    await until("each sentinel knows the others and the replica", async () => {
      const says = await ask(`redis://:${sentinelPassword}@127.0.0.1:${port}`, "SENTINEL", "MASTER", "ours");
      return isComplete(says);
    });
  const hosts = watching.map(({ port }) => `127.0.0.1:${port}`).join(",");
  const url = `redis+sentinel://default:${password}@${hosts}/ours/0?sentinel_password=${sentinelPassword}`;
  return { url, master, replica, sentinels: watching, roleOf };
}

async function startSentinel(t: TestContext, masterPort: number): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-sentinel-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  // A sentinel writes into its configuration.
  const file = join(directory, "sentinel.conf");
  const lines = [
    `requirepass ${sentinelPassword}`,
    `sentinel sentinel-pass ${sentinelPassword}`,
    `sentinel monitor ours 127.0.0.1 ${masterPort} ${quorum}`,
    `sentinel auth-pass ours ${password}`,
    "sentinel down-after-milliseconds ours 500",
    "sentinel failover-timeout ours 5000",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  const sentinel = await startRedis(process.env, [], { file, isSentinel: true });
  t.after(() => sentinel.stop());
  return sentinel;
}

/** SENTINEL MASTER answers with names and values in turn. */
function isComplete(says: unknown): boolean {
  const words = Array.isArray(says) ? says.map(String) : [];
  const saidOf = (name: string): string | undefined => words[words.indexOf(name) + 1];
  return saidOf("num-other-sentinels") === String(sentinels - 1) && saidOf("num-slaves") === "1";
}
