// Fifty commands a second for as long as is asked: what is alive after collection each minute, and what is open. Not part of CI.
import { setTimeout as sleep } from "node:timers/promises";
import type { Pace } from "./benchmark.ts";
import { atMost, type Figure } from "./figure.ts";
import { openLoop } from "./open-loop.ts";
import { type Part, startPart } from "./parts/start-part.ts";
import type { WorldFacts } from "./parts/world.ts";
import { signedCommand } from "./signed-command.ts";
import { median, percentile, slope } from "./statistics.ts";

const perSecond = 50;
/** After a minute's commands, until connections that are only kept open for the next have ended. */
const quietMs = 8_000;
/** Of the whole time, so much is the end that counts: before that, caches fill and code is compiled. */
const counted = 2 / 3;

/** Looking around, planning, and asking for what then waits. */
const texts = [
  ...Array.from({ length: 20 }, () => "status"),
  ...["status shop", "status checkout", "approvals", "get pods -n shop", "describe checkout", "events checkout"],
  ...["scale cart 3 --dry-run", "restart cart --dry-run", "history checkout", "help scale", "why r-0000000", "grants"],
] as const;
const asksEvery = 500;

interface Sample {
  readonly heapBytes: number;
  /** The program's share of it: code that has become hot goes on being compiled for longer than half an hour. */
  readonly codeBytes: number;
  /** Sockets, timers and whatever else keeps a process alive. */
  readonly open: number;
  readonly kinds: Readonly<Record<string, number>>;
}

export async function measure({ minutes = 30 }: Pace): Promise<readonly Figure[]> {
  const world = await startPart("world.ts");
  const facts = world.ready as unknown as WorldFacts;
  const bot = await startPart("bot.ts", { detail: facts });
  const samples: Sample[] = [];
  const latencies: number[] = [];
  try {
    for (let minute = 0; minute < minutes; minute += 1) {
      latencies.push(...(await oneMinute(facts, bot, minute)));
      await sleep(quietMs);
      samples.push(await sampleOf(bot));
    }
  } finally {
    await bot.stop();
    await world.stop();
  }
  return figuresOf(samples, latencies);
}

async function oneMinute(facts: WorldFacts, bot: Part, minute: number): Promise<readonly number[]> {
  const count = perSecond * 60;
  const commands = Array.from({ length: count }, (_, index) => {
    const number = minute * count + index;
    const text = number % asksEvery === 0 ? "restart cart because of the hour" : (texts[number % texts.length] ?? "");
    return signedCommand(facts, text, number);
  });
  const wrong = (status: number): string | null => (status === 200 ? null : `HTTP ${status}`);
  const { latencies, errors } = await openLoop({ url: String(bot.ready.url), perSecond, commands, wrong });
  if (errors.length > 0) throw new Error(`${errors.length} commands were not answered, the first: ${errors[0]}`);
  return latencies;
}

async function sampleOf(bot: Part): Promise<Sample> {
  const kinds = (await bot.ask("resources")) as Readonly<Record<string, number>>;
  const open = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const heapBytes = await bot.heapBytes();
  return { heapBytes, codeBytes: (await bot.ask("codeBytes")) as number, open, kinds };
}

function figuresOf(samples: readonly Sample[], latencies: readonly number[]): readonly Figure[] {
  const end = samples.slice(-Math.max(2, Math.round(samples.length * counted)));
  const growth = slope(end.map(({ heapBytes }) => heapBytes)) / 1_000;
  const ofCode = slope(end.map(({ codeBytes }) => codeBytes)) / 1_000;
  const half = Math.ceil(end.length / 2);
  const opened = (part: readonly Sample[]): number => median(part.map(({ open }) => open));
  const more = opened(end.slice(-half)) - opened(end.slice(0, half));
  const kinds = Object.entries(end.at(-1)?.kinds ?? {});
  return [
    ...samples.map(({ heapBytes }, index) => ({
      ...{ name: `soak.minute-${String(index + 1).padStart(2, "0")}.heap`, value: heapBytes / 1_000_000, unit: "MB" },
    })),
    { name: "soak.answer-p99", value: percentile(latencies, 0.99), unit: "ms" },
    ...kinds.map(([kind, count]) => ({ name: `soak.open.${kind}`, value: count, unit: "open" })),
    { name: "soak.heap-growth.of-code", value: ofCode, unit: "kB/minute" },
    { name: "soak.heap-growth", value: growth, unit: "kB/minute", bound: atMost(50), decides: true },
    // Two come and go with what the bot does by itself.
    { name: "soak.open-growth", value: more, unit: "open", bound: atMost(2), decides: true },
  ];
}
