// A change from the request over two votes to its verified end, on PostgreSQL: how many a second, what each costs, how soon a vote is answered.
import { join } from "node:path";
import { startServer } from "../test/postgres/server.ts";
import type { Pace } from "./benchmark.ts";
import { type DatabaseUse, databaseUse } from "./database-use.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Played } from "./parts/change-load.ts";
import { type Part, startPart } from "./parts/start-part.ts";
import { fsyncRate, hmacRate, parseRate } from "./physical.ts";
import { startReplicas } from "./replicas.ts";
import { median, percentile } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

/** So many changes are under way at once, each with three people of its own. */
const atOnce = { usual: 24, quick: 12 };
/** So many of each replica's changes come before those that count: a process that runs for weeks is measured, and not its first seconds. */
const warmUp = { usual: 240, quick: 96 };

interface Measured {
  readonly perSecond: number;
  /** All replicas together, for one change. */
  readonly cpuMs: number;
  readonly databaseCpuMs: number;
  readonly commits: number;
  readonly walBytes: number;
  readonly sizeBytes: number;
  /** Of the people, Slack and the cluster: not the bot's. */
  readonly otherCpuMs: number;
  readonly voteMs: readonly number[];
  readonly changeMs: readonly number[];
}

export async function measure({ quick }: Pace): Promise<readonly Figure[]> {
  const lanes = quick ? atOnce.quick : atOnce.usual;
  const shape = { lanes, warmUp: quick ? warmUp.quick : warmUp.usual, rounds: quick ? 1 : 3, changesPerLane: 8 };
  const one = await measured({ ...shape, replicas: 1 });
  const two = await measured({ ...shape, replicas: 2 });
  const ratio = two.cpuMs / one.cpuMs;
  return [
    ...(await limits()),
    ...figuresOf("one", one),
    ...figuresOf("two", two),
    { name: "end-to-end.cpu-two-against-one", value: ratio, unit: "ratio", bound: atMost(1.2) },
  ];
}

/** Beside what the machine can, what Slack lets one app do: a form for each vote, at 100 a minute (tier 4). */
async function limits(): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => [
    { name: "end-to-end.limit.fsync", value: fsyncRate(join(directory, "fsync")), unit: "1/s" },
    { name: "end-to-end.limit.hmac", value: hmacRate(), unit: "1/s" },
    { name: "end-to-end.limit.json-parse", value: parseRate(), unit: "1/s" },
    { name: "end-to-end.limit.slack-forms", value: 100 / 60 / 2, unit: "changes/s" },
  ]);
}

function figuresOf(name: string, of: Measured): readonly Figure[] {
  const prefix = `end-to-end.${name}`;
  const bound = name === "one" ? { bound: atLeast(50) } : {};
  const answer = name === "one" ? { bound: atMost(250) } : {};
  return [
    { name: `${prefix}.changes`, value: of.perSecond, unit: "changes/s", ...bound },
    { name: `${prefix}.vote-p50`, value: percentile(of.voteMs, 0.5), unit: "ms" },
    { name: `${prefix}.vote-p99`, value: percentile(of.voteMs, 0.99), unit: "ms", ...answer },
    { name: `${prefix}.change-p50`, value: percentile(of.changeMs, 0.5), unit: "ms" },
    { name: `${prefix}.cpu`, value: of.cpuMs, unit: "ms/change" },
    { name: `${prefix}.database-cpu`, value: of.databaseCpuMs, unit: "ms/change" },
    { name: `${prefix}.commits`, value: of.commits, unit: "commits/change" },
    { name: `${prefix}.wal`, value: of.walBytes / 1_000, unit: "kB/change" },
    { name: `${prefix}.disk`, value: of.sizeBytes / 1_000, unit: "kB/change" },
    { name: `${prefix}.others-cpu`, value: of.otherCpuMs, unit: "ms/change" },
  ];
}

export interface Shape {
  readonly lanes: number;
  readonly replicas: number;
  /** Changes of each replica before those that count. */
  readonly warmUp: number;
  readonly rounds: number;
  readonly changesPerLane: number;
}

export function measured(shape: Shape): Promise<Measured> {
  return inDirectory(async (directory) => {
    const { lanes } = shape;
    const server = await startServer(process.env, { tls: false });
    const kubeconfig = join(directory, "kubeconfig");
    const cluster = await startPart("change-cluster.ts", { detail: { kubeconfig, lanes } });
    const world = await startPart("change-world.ts", { detail: { lanes, limits: "off" } });
    const { apiUrl, botToken, appToken, askers } = world.ready as unknown as WorldSays;
    const replicas = await startReplicas(shape.replicas, {
      ...{ directory, kubeconfig, askers, apiUrl, botToken, appToken, databaseUrl: server.url, paced: false },
    });
    try {
      await world.ask("connected", shape.replicas);
      return await played(shape, { world, cluster, replicas, database: () => databaseUse(server.url) });
    } finally {
      for (const part of [...replicas, world, cluster]) await part.stop();
      await server.stop();
    }
  });
}

interface WorldSays {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly askers: readonly string[];
}

interface Going {
  readonly world: Part;
  readonly cluster: Part;
  readonly replicas: readonly Part[];
  readonly database: () => Promise<DatabaseUse>;
}

async function played(shape: Shape, going: Going): Promise<Measured> {
  const { lanes, rounds, changesPerLane } = shape;
  const play = async (count: number): Promise<Played> =>
    (await going.world.ask("play", { lanes, changesPerLane: count })) as Played;
  await play(Math.ceil((shape.warmUp * shape.replicas) / lanes));
  const before = await usedBy(going);
  const all: Played[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await play(changesPerLane));
  const after = await usedBy(going);
  const changes = all.reduce((sum, one) => sum + one.changes, 0);
  const each = (of: (used: Used) => number): number => (of(after) - of(before)) / changes;
  const violations = (await going.world.ask("violations")) as readonly string[];
  // What comes late on a busy machine is seen in the figures; any other breach is the bot's fault.
  const wrong = violations.filter((one) => !one.startsWith("late_ack"));
  if (wrong.length > 0) throw new Error(`the bot broke ${wrong.length} rules of Slack's: ${wrong[0]}`);
  return {
    perSecond: median(all.map((one) => one.changes / (one.tookMs / 1_000))),
    cpuMs: each(({ replicas }) => replicas / 1_000),
    databaseCpuMs: each(({ database }) => database.cpuMicros / 1_000),
    commits: each(({ database }) => database.commits),
    walBytes: each(({ database }) => database.walBytes),
    sizeBytes: each(({ database }) => database.sizeBytes),
    otherCpuMs: each(({ others }) => others / 1_000),
    voteMs: all.flatMap((one) => one.voteMs),
    changeMs: all.flatMap((one) => one.changeMs),
  };
}

interface Used {
  readonly replicas: number;
  readonly others: number;
  readonly database: DatabaseUse;
}

async function usedBy({ world, cluster, replicas, database }: Going): Promise<Used> {
  const sum = async (parts: readonly Part[]): Promise<number> =>
    (await Promise.all(parts.map((part) => part.usage()))).reduce((total, { cpuMicros }) => total + cpuMicros, 0);
  return { replicas: await sum(replicas), others: await sum([world, cluster]), database: await database() };
}
