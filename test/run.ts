// `npm test`: files share a process where they can, which spares a start each; five lanes fill two cores.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { text } from "node:stream/consumers";

/** Whole bots, one after another in two processes, since they mostly wait; programs that start others get a process for each file. */
const bots = ["test/scenarios/", "test/guarantees/"];
const programs = ["test/cli/", "test/cluster/", "test/demo/demo.test.ts"];
/** Servers of ours and the verbs on them. */
const servers = ["test/commands/", "test/contracts/", "test/demo/cluster/", "test/demo/slack/", "test/integrations/"];

const files = globSync("test/**/*.test.ts").toSorted();
const among = (prefixes: readonly string[]) => (file: string) => prefixes.some((prefix) => file.startsWith(prefix));

interface Lane {
  readonly name: string;
  readonly args: readonly string[];
  readonly files: readonly string[];
}

/** For what would wait for ever: it fails, and is named. */
const deadline = "--test-timeout=600000";
const shared = ["--test-isolation=none", deadline];
const lanes: readonly Lane[] = [
  { name: "sample cluster and local slack", args: shared, files: files.filter(among(servers)) },
  { name: "parts", args: shared, files: files.filter((file) => !among([...bots, ...programs, ...servers])(file)) },
  {
    name: "whole bots, one half",
    args: shared,
    files: files.filter(among(bots)).filter((_, index) => index % 2 === 0),
  },
  {
    name: "whole bots, the other",
    args: shared,
    files: files.filter(among(bots)).filter((_, index) => index % 2 === 1),
  },
  { name: "programs", args: ["--test-concurrency=1", deadline], files: files.filter(among(programs)) },
];

/** All lanes at once; each one's output whole, the shortest first. What failed is the answer: it is said once more at the end. */
async function run({ name, args, files: chosen }: Lane): Promise<string> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--test", ...args, ...chosen], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  const said = await text(child.stdout);
  const code = await ended;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${said}\n${name}, ${chosen.length} files: ${seconds} s, ${code === 0 ? "passed" : "FAILED"}\n\n`,
  );
  if (code === 0) return "";
  const failed = said.lastIndexOf("✖ failing tests:");
  return `${name}, exit code ${code}: ${failed === -1 ? "no test is named" : said.slice(failed)}\n`;
}

const failures = (await Promise.all(lanes.map(run))).join("");
process.stdout.write(failures);
process.exitCode = failures === "" ? 0 : 1;
