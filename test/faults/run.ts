// `npm run test:faults -- [--minutes N] [--seed N] [--part F2] [--replay FILE]`: the fault programme and its table of figures.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle, workers } from "../../deploy/bundle.ts";
import { startServer } from "../postgres/server.ts";
import { givenSeed } from "./history/chance.ts";
import { replay } from "./history/keep.ts";
import { reportsIn, tableOf } from "./history/report.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    part: { type: "string" },
    replay: { type: "string" },
  },
});

/** Below this each part runs in miniature, once. */
const wholeFromMinutes = 5;

if (values.replay !== undefined) {
  const { output, holds } = await replay(values.replay);
  console.log(output);
  process.exitCode = holds ? 0 : 1;
} else {
  process.exitCode = await programme(Number(values.minutes));
}

/** Round after round with new seeds, as long as there is time for another like the last; the first failure ends it. */
async function programme(minutes: number): Promise<number> {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder)
    .filter(
      (name) => name.endsWith(".faults.ts") && (values.part === undefined || name.startsWith(partFile(values.part))),
    )
    .map((name) => join(folder, name));
  if (files.length === 0) throw new Error(`there is no part ${values.part}`);
  const reports = mkdtempSync(join(tmpdir(), "countersign-faults-"));
  const report = join(reports, "report.jsonl");
  const until = performance.now() + minutes * 60_000;
  const first = values.seed === undefined ? givenSeed() : Number(values.seed);
  const bot = await builtBot(reports);
  const server = await databaseServer();
  let code = 0;
  for (let round = 0, tookMs = 0; code === 0 && (round === 0 || performance.now() + tookMs < until); round += 1) {
    const began = performance.now();
    // Only the seeded parts bring anything new in a second round.
    const chosen = round === 0 ? files : files.filter((file) => /\/f\d+-/.test(file));
    if (chosen.length === 0) break;
    console.log(`round ${round + 1}, seed ${first + round}`);
    code = await tests(chosen, {
      FAULT_SEED: String(first + round),
      FAULT_SIZE: minutes >= wholeFromMinutes ? "whole" : "miniature",
      FAULT_REPORT: report,
      FAULT_BOT: bot,
      TEST_DATABASE_URL: server.url,
    });
    if (minutes < wholeFromMinutes || values.seed !== undefined) break;
    tookMs = performance.now() - began;
  }
  await server.stop();
  console.log(tableOf(reportsIn(report)));
  rmSync(reports, { recursive: true, force: true });
  return code;
}

/** The bot of the parts that kill it, built as the package is: what people wait for after a crash is what they would wait in production. */
async function builtBot(directory: string): Promise<string> {
  const tree = join(directory, "package");
  await bundle([{ in: "test/support/bot-child.ts", out: "src/bot-child" }, ...workers], tree);
  copyFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), join(tree, "package.json"));
  return join(tree, "src", "bot-child.js");
}

/** One for all parts that keep their record there; each makes databases of its own. Throws with what is missing. */
async function databaseServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { TEST_DATABASE_URL: url = "" } = process.env;
  return url === "" ? startServer(process.env) : { url, stop: async () => undefined };
}

/** F2 is f2-…, and not f21-…. */
function partFile(part: string): string {
  return `${part.toLowerCase()}-`;
}

function tests(files: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const run = spawn(process.execPath, ["--test", "--test-concurrency=2", ...files], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => run.on("exit", (code) => resolve(code ?? 1)));
}
