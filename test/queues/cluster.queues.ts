// The contract of jobs on a Redis Cluster of three masters, each of its tests with a prefix of its own.
import { after, before } from "node:test";
import { jobsContract } from "../contracts/jobs.ts";
import { queuedBed, redisSource } from "./beds.ts";
import { type RedisCluster, startCluster } from "./redis-cluster.ts";

let cluster: RedisCluster | null = null;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster?.stop());

jobsContract("BullMQ on a Redis Cluster", async (t) => queuedBed(t, redisSource(cluster?.url ?? "")));
