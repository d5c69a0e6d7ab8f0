// A Redis Cluster of three masters on the loopback, and a replica for one of them where it is asked for.
import assert from "node:assert/strict";
import { freePorts } from "../cluster/ports.ts";
import { until } from "../contracts/jobs.ts";
import { ask } from "./ask-redis.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const slots = 16_384;
const masters = 3;

interface Node extends RedisServer {
  readonly busPort: number;
}

export interface RedisCluster {
  /** For REDIS_URL. */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  /** The master of the slot that the key lies in, as the cluster was made. */
  ownerOf(key: string): Promise<RedisServer>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all(Array.from({ length: masters }, () => startNode()));
  const meet = async (known: Node, other: Node): Promise<unknown> =>
    ask(known.url, "CLUSTER", "MEET", "127.0.0.1", String(other.port), String(other.busPort));
  const first = nodes[0];
  assert.ok(first);
  for (const [index, { url }] of nodes.entries()) {
    await ask(url, "CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
    await ask(url, "CLUSTER", "ADDSLOTSRANGE", String(startOf(index)), String(startOf(index + 1) - 1));
  }
  for (const node of nodes.slice(1)) await meet(first, node);
  for (const node of nodes) await knowing(node, masters);
  const stop = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.stop())));
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    ...{ nodes, stop },
    async ownerOf(key) {
      const slot = Number(await ask(first.url, "CLUSTER", "KEYSLOT", key));
      const owner = nodes.findLast((_, index) => startOf(index) <= slot);
      assert.ok(owner);
      return owner;
    },
  };
}

async function startNode(): Promise<Node> {
  // Redis would take the port and ten thousand, which may be none.
  const [busPort = 0] = await freePorts(1);
  const more = ["--cluster-enabled", "yes", "--cluster-port", String(busPort), "--cluster-announce-ip", "127.0.0.1"];
  const server = await startRedis(process.env, [
    ...more,
    ...["--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0"],
  ]);
  return { ...server, busPort };
}

function startOf(index: number): number {
  return Math.round((index * slots) / masters);
}

async function knowing({ url }: RedisServer, count: number): Promise<void> {
  await until("the cluster is whole", async () => {
    const says = String(await ask(url, "CLUSTER", "INFO"));
    return /cluster_state:ok/.test(says) && says.includes(`cluster_known_nodes:${count}\r`);
  });
}
