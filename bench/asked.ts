// What was asked for on the command line: which benchmarks, at what pace, and whether the results are kept.
import { parseArgs } from "node:util";
import { type Benchmark, benchmarkNamed, benchmarks, type Pace, soak } from "./benchmark.ts";

export interface Asked {
  readonly chosen: readonly Benchmark[];
  readonly pace: Pace;
  /** The file in this folder, or null where a part was only looked at. */
  readonly keptIn: "results.json" | "soak.json" | null;
}

export function askedFor(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: "string", multiple: true },
      keep: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      soak: { type: "boolean", default: false },
    },
  });
  if (values.soak) {
    const minutes = Number(positionals[0] ?? "30");
    if (!Number.isSafeInteger(minutes) || minutes < 2)
      throw new Error(`--soak takes whole minutes, two or more, not ${positionals[0]}: npm run bench -- --soak 5`);
    return { chosen: [soak], pace: { quick: false, minutes }, keptIn: "soak.json" };
  }
  const [stray] = positionals;
  if (stray !== undefined) throw new Error(`there is nothing called ${stray}: for one benchmark, --only ${stray}`);
  const chosen = values.only === undefined ? benchmarks : values.only.map(benchmarkNamed);
  const isKept = values.only === undefined || values.keep;
  return { chosen, pace: { quick: values.quick }, keptIn: isKept ? "results.json" : null };
}
