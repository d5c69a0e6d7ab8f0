// Signed `/ops status` in HTTP mode, open loop, against a bare Bolt app that only acknowledges.
import type { Pace } from "./benchmark.ts";
import { atMost, type Figure } from "./figure.ts";
import { openLoop } from "./open-loop.ts";
import { type Part, startPart } from "./parts/start-part.ts";
import type { WorldFacts } from "./parts/world.ts";
import { signedCommand } from "./signed-command.ts";
import { median, medianRatio, percentile } from "./statistics.ts";

interface Receiver {
  readonly name: string;
  readonly part: Part;
  readonly wrong: (status: number, body: string) => string | null;
}

interface Round {
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
}

const rates = [200, 500] as const;

export async function measure({ quick }: Pace): Promise<readonly Figure[]> {
  const world = await startPart("world.ts");
  const facts = world.ready as unknown as WorldFacts;
  const receivers: readonly Receiver[] = [
    { name: "countersign", part: await startPart("bot.ts", { detail: facts }), wrong: notStatus },
    { name: "bolt", part: await startPart("bare-bolt.ts", { detail: facts }), wrong: notPong },
    { name: "plain", part: await startPart("plain-http.ts", { detail: facts }), wrong: notPong },
  ];
  try {
    const seconds = quick ? 3 : 4;
    // What decides is a median: five rounds, so that two disturbed ones do not make it.
    const rounds = 5;
    for (const receiver of receivers) await play(facts, receiver, { perSecond: 400, seconds: quick ? 5 : 10 });
    const figures: Figure[] = [];
    for (const perSecond of rates) {
      const played = new Map(receivers.map(({ name }) => [name, [] as Round[]]));
      for (let round = 0; round < rounds; round += 1) {
        for (const receiver of receivers)
          played.get(receiver.name)?.push(await play(facts, receiver, { perSecond, seconds }));
      }
      figures.push(...figuresOf(perSecond, played));
    }
    return figures;
  } finally {
    for (const { part } of receivers) await part.stop();
    await world.stop();
  }
}

async function play(
  world: WorldFacts,
  receiver: Receiver,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Round> {
  const commands = Array.from({ length: perSecond * seconds }, (_, index) => signedCommand(world, "status", index));
  const before = await receiver.part.usage();
  const { latencies, errors } = await openLoop({
    url: String(receiver.part.ready.url),
    perSecond,
    commands,
    wrong: receiver.wrong,
  });
  const after = await receiver.part.usage();
  if (errors.length > 0)
    throw new Error(`${receiver.name} at ${perSecond}/s: ${errors.length} errors, the first: ${errors[0]}`);
  return {
    cpuMicros: (after.cpuMicros - before.cpuMicros) / commands.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

function figuresOf(perSecond: number, played: ReadonlyMap<string, readonly Round[]>): readonly Figure[] {
  const of = (name: string, key: keyof Round) => (played.get(name) ?? []).map((round) => round[key]);
  const prefix = `http-command.${perSecond}`;
  const each = [...played.keys()].flatMap((name) => [
    { name: `${prefix}.${name}.cpu`, value: median(of(name, "cpuMicros")), unit: "us/request" },
    { name: `${prefix}.${name}.p50`, value: median(of(name, "p50")), unit: "ms" },
    { name: `${prefix}.${name}.p99`, value: median(of(name, "p99")), unit: "ms" },
  ]);
  const cpu = medianRatio(of("countersign", "cpuMicros"), of("bolt", "cpuMicros"));
  const plainCpu = medianRatio(of("countersign", "cpuMicros"), of("plain", "cpuMicros"));
  const p99 = medianRatio(of("countersign", "p99"), of("bolt", "p99"));
  return [
    ...each,
    { name: `${prefix}.cpu-against-bolt`, value: cpu, unit: "ratio", bound: atMost(2), decides: true },
    { name: `${prefix}.p99-against-bolt`, value: p99, unit: "ratio", bound: atMost(1.5) },
    { name: `${prefix}.cpu-against-plain`, value: plainCpu, unit: "ratio" },
  ];
}

function notPong(status: number, body: string): string | null {
  return status === 200 && body.includes("pong") ? null : `HTTP ${status}: ${body.slice(0, 200)}`;
}

/** The answer must travel in the acknowledgement itself. */
function notStatus(status: number, body: string): string | null {
  return status === 200 && body.includes("pods ready") ? null : `HTTP ${status}: ${body.slice(0, 200)}`;
}
