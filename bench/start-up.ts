// From process start to the first acknowledgement against bare Bolt, and idle memory against a process of imports alone.
import { setTimeout as sleep } from "node:timers/promises";
import type { Pace } from "./benchmark.ts";
import { compiled, packaged } from "./compile.ts";
import { atMost, type Figure } from "./figure.ts";
import { openLoop } from "./open-loop.ts";
import { type Part, startPart } from "./parts/start-part.ts";
import type { WorldFacts } from "./parts/world.ts";
import { signedCommand } from "./signed-command.ts";
import { median, medianRatio } from "./statistics.ts";

const idleMs = 4_000;

export async function measure(pace: Pace): Promise<readonly Figure[]> {
  const trees = { compiledIn: await compiled(), packagedIn: await packaged() };
  const world = await startPart("world.ts");
  const facts = world.ready as unknown as WorldFacts;
  try {
    return [...(await firstAcks(pace, facts, trees)), ...(await idleMemory(pace, facts, trees))];
  } finally {
    await world.stop();
  }
}

interface Trees {
  /** What it is compared with, as its users have it: its own code, and its libraries as they are installed. */
  readonly compiledIn: string;
  /** The bot as the published package has it, with its libraries in it. */
  readonly packagedIn: string;
}

async function firstAcks(
  { quick }: Pace,
  world: WorldFacts,
  { compiledIn, packagedIn }: Trees,
): Promise<readonly Figure[]> {
  const took = { bolt: [] as number[], countersign: [] as number[], sources: [] as number[] };
  for (let round = 0; round < (quick ? 4 : 11); round += 1) {
    const bolt = await firstAck(world, round, () => startPart("bare-bolt.ts", { detail: world, compiledIn }));
    const countersign = await firstAck(world, round, () => startPart("bot.ts", { detail: world, packagedIn }));
    const sources = await firstAck(world, round, () => startPart("bot.ts", { detail: world }));
    // The first start reads everything from the disk.
    if (round === 0) continue;
    took.bolt.push(bolt);
    took.countersign.push(countersign);
    took.sources.push(sources);
  }
  return [
    { name: "start-up.first-ack.bolt", value: median(took.bolt), unit: "ms" },
    { name: "start-up.first-ack.countersign", value: median(took.countersign), unit: "ms" },
    { name: "start-up.first-ack.countersign-from-sources", value: median(took.sources), unit: "ms" },
    {
      name: "start-up.first-ack.against-bolt",
      value: medianRatio(took.countersign, took.bolt),
      unit: "ratio",
      bound: atMost(3),
    },
  ];
}

async function firstAck(world: WorldFacts, index: number, start: () => Promise<Part>): Promise<number> {
  const startedAt = performance.now();
  const part = await start();
  const { errors } = await openLoop({
    url: String(part.ready.url),
    perSecond: 1,
    commands: [signedCommand(world, "help", index)],
    wrong: (status) => (status === 200 ? null : `HTTP ${status}`),
  });
  const tookMs = performance.now() - startedAt;
  if (errors.length > 0) throw new Error(errors[0]);
  await part.stop();
  return tookMs;
}

async function idleMemory(
  { quick }: Pace,
  world: WorldFacts,
  { compiledIn, packagedIn }: Trees,
): Promise<readonly Figure[]> {
  const rss = { countersign: [] as number[], imports: [] as number[] };
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    rss.imports.push(await idleRss(() => startPart("imports.ts", { detail: world, compiledIn })));
    rss.countersign.push(await idleRss(() => startPart("bot.ts", { detail: world, packagedIn })));
  }
  return [
    { name: "start-up.idle-memory.imports", value: median(rss.imports), unit: "MB" },
    { name: "start-up.idle-memory.countersign", value: median(rss.countersign), unit: "MB" },
    {
      name: "start-up.idle-memory.against-imports",
      value: medianRatio(rss.countersign, rss.imports),
      unit: "ratio",
      bound: atMost(1.25),
    },
  ];
}

async function idleRss(start: () => Promise<Part>): Promise<number> {
  const part = await start();
  await sleep(idleMs);
  const { rssBytes } = await part.usage();
  await part.stop();
  return rssBytes / 1_000_000;
}
