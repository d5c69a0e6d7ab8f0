// `npm run bench`: every benchmark in a process of its own, its figures as lines and in bench/results.json.
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchmarkNamed, benchmarks } from "./benchmark.ts";
import { type Figure, isMet, lineOf, rounded } from "./figure.ts";
import { machine } from "./machine.ts";

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, quick: { type: "boolean", default: false } },
});
const chosen = values.only === undefined ? benchmarks : values.only.map(benchmarkNamed);
const started = machine();
const figures: Figure[] = [];
const failed: string[] = [];
for (const { name, summary } of chosen) {
  process.stdout.write(`# ${name}: ${summary}\n`);
  const outcome = await runAgainWhereMissed(name, values.quick);
  figures.push(...outcome.figures);
  for (const figure of outcome.figures) {
    process.stdout.write(`${lineOf(figure)}\n`);
    if (figure.decides === true && !isMet(figure)) failed.push(lineOf(figure));
  }
  if (outcome.fault !== null) failed.push(`${name}: ${outcome.fault}`);
}
if (values.only === undefined) {
  const file = join(import.meta.dirname, "results.json");
  const shown = figures.map((figure) => ({ ...figure, value: rounded(figure.value), met: isMet(figure) }));
  const result = { quick: values.quick, machine: { ...started, loadAtEnd: machine().load }, figures: shown };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
for (const line of failed) process.stderr.write(`FAILED ${line}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** What decides and is over its bound is measured again: a machine that others use too can spoil a run, seldom three. */
async function runAgainWhereMissed(name: string, quick: boolean, triesLeft = 2): Promise<Outcome> {
  const outcome = await runOne(name, quick);
  const isMissed =
    outcome.fault === null && outcome.figures.some((figure) => figure.decides === true && !isMet(figure));
  if (!isMissed || triesLeft === 0) return outcome;
  for (const figure of outcome.figures) process.stdout.write(`${lineOf(figure)}\n`);
  process.stdout.write(`# ${name}: measured again\n`);
  return await runAgainWhereMissed(name, quick, triesLeft - 1);
}

interface Outcome {
  readonly figures: readonly Figure[];
  /** Why a benchmark ended without its figures: what it measures did not work. */
  readonly fault: string | null;
}

function runOne(name: string, quick: boolean): Promise<Outcome> {
  const args = quick ? [name, "--quick"] : [name];
  const child = fork(join(import.meta.dirname, "one.ts"), args, { execArgv: ["--expose-gc"] });
  let outcome: Outcome = { figures: [], fault: "it ended without a figure" };
  child.on("message", (message) => {
    outcome = message as Outcome;
  });
  return new Promise((resolve) => child.once("exit", () => resolve(outcome)));
}
