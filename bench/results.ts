// What was measured, kept: a run of a part takes the place of that part's figures, and says on which machine and when it was busy.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Pace } from "./benchmark.ts";
import { type Figure, isMet, rounded } from "./figure.ts";
import type { Machine } from "./machine.ts";

export interface Kept extends Figure {
  readonly met: boolean;
}

interface Run extends Pace {
  readonly machine: Machine & { readonly loadAtEnd: number };
}

export interface Results {
  /** By benchmark: how and where its figures were measured. */
  readonly runs: Readonly<Record<string, Run>>;
  readonly figures: readonly Kept[];
}

export function keep(file: string, names: readonly string[], run: Run, figures: readonly Figure[]): Results {
  const before = read(file);
  const others = before.figures.filter(({ name }) => !names.some((one) => name.startsWith(`${one}.`)));
  const shown = figures.map((figure) => ({ ...figure, value: rounded(figure.value), met: isMet(figure) }));
  const runs = { ...before.runs, ...Object.fromEntries(names.map((name) => [name, run])) };
  const results: Results = { runs, figures: [...others, ...shown] };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

function read(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : { runs: {}, figures: [] };
}
