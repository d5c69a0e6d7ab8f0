// A failing history is kept as a file, named in the error, and checked again by `npm run test:faults -- --replay FILE`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "./check.ts";
import type { Finding, History } from "./history.ts";

const folder = fileURLToPath(new URL("../failed/", import.meta.url));

/** How many findings there are, which is none: it throws otherwise, naming them, the file, and how to run it again. */
export async function mustHold(history: History): Promise<number> {
  const found = await check(history);
  if (found.length > 0) throw new Error(failure(history, found, keep(history)));
  return found.length;
}

let kept = 0;

export function keep(history: History): string {
  mkdirSync(folder, { recursive: true });
  kept += 1;
  const file = `${folder}${history.part}-${history.backend}-${history.seed}-${process.pid}-${kept}.json`;
  writeFileSync(file, JSON.stringify(history, null, 1));
  return relative(process.cwd(), file);
}

function failure({ part, seed, backend }: History, found: readonly Finding[], file: string): string {
  return [
    `${part} on ${backend}, seed ${seed}: ${found.length} findings`,
    ...found.slice(0, 10).map(({ invariant, says }) => `  ${invariant}: ${says}`),
    `The history is kept: npm run test:faults -- --replay ${file}`,
    `The same again:      npm run test:faults -- --part ${part} --seed ${seed}`,
  ].join("\n");
}

/** What the checker says of a kept history, for people. */
export async function replay(file: string): Promise<{ readonly output: string; readonly holds: boolean }> {
  const history = JSON.parse(readFileSync(file, "utf8")) as History;
  const found = await check(history);
  const lines = found.map(({ invariant, says }) => `${invariant}: ${says}`);
  const head = `${history.part} on ${history.backend}, seed ${history.seed}: ${history.front.length} events, ${history.cluster.length} calls, ${history.log.length} records`;
  return {
    output: [head, ...(lines.length === 0 ? ["All invariants hold."] : lines)].join("\n"),
    holds: lines.length === 0,
  };
}
