// The long fault programme: `node test/faults/run.ts --minutes 10`.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".faults.ts"))
  .map((name) => `${folder}${name}`);
const run = spawn(process.execPath, ["--test", ...files], {
  stdio: "inherit",
  env: { ...process.env, FAULT_MINUTES: String(Number(values.minutes) / files.length) },
});
run.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
