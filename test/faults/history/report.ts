// The figures of a part, demanded and reached: printed at the end of the whole programme, and as diagnostics of the test.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { TestContext } from "node:test";

export interface Figure {
  readonly what: string;
  readonly demanded: string;
  readonly reached: string;
  readonly holds: boolean;
}

export interface PartReport {
  readonly part: string;
  readonly backend: string;
  readonly seed: number;
  readonly figures: readonly Figure[];
}

export function report(t: TestContext, part: PartReport): void {
  for (const line of linesOf(part)) t.diagnostic(line);
  const file = process.env.FAULT_REPORT;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(part)}\n`);
}

export function reportsIn(file: string): readonly PartReport[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as PartReport);
}

export function tableOf(parts: readonly PartReport[]): string {
  const rows = [["part", "on", "seed", "figure", "demanded", "reached", ""], ...parts.flatMap(rowsOf)];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const linesOf = (part: PartReport): readonly string[] => rowsOf(part).map((row) => row.join(" · "));

function rowsOf({ part, backend, seed, figures }: PartReport): readonly (readonly string[])[] {
  return figures.map(({ what, demanded, reached, holds }) => [
    ...[part, backend, String(seed), what, demanded, reached],
    holds ? "" : "MISSED",
  ]);
}

export const count = (what: string, demanded: number, reached: number): Figure => ({
  ...{ what, demanded: String(demanded), reached: String(reached) },
  holds: demanded === reached,
});

export const atLeast = (what: string, demanded: number, reached: number): Figure => ({
  ...{ what, demanded: `at least ${demanded}`, reached: String(reached) },
  holds: reached >= demanded,
});

/** Reported, and never what decides. */
export const atMost = (what: string, demanded: number, reached: number): Figure => ({
  ...{ what, demanded: `at most ${demanded}`, reached: String(reached) },
  holds: reached <= demanded,
});

/** In ms; reported, and never what decides: machines are busy. */
export const within = (what: string, demanded: number, reached: number): Figure => ({
  ...{ what, demanded: `at most ${demanded} ms`, reached: `${Math.round(reached)} ms` },
  holds: reached <= demanded,
});

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
