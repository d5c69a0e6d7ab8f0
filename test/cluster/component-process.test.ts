// Programs of the control plane end with whoever started them, and say how they ended.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startProcess, tailsOf } from "./component-process.ts";
import { isAlive } from "./lock.ts";
import { until } from "./until.ts";

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "component-process-test-"));
});
after(() => rm(directory, { recursive: true, force: true }));

const shell = (name: string, script: string) => ({
  name,
  program: "/bin/sh",
  args: ["-c", script],
  logFile: join(directory, `${name}.log`),
  environment: { PATH: process.env.PATH },
});

const firstLine = (file: string) =>
  until({ what: `a line in ${file}`, withinMs: 10_000, everyMs: 20 }, async () => {
    const text = await readFile(file, "utf8");
    return text.includes("\n") ? text.split("\n")[0] : undefined;
  });

const gone = (processId: number) =>
  until({ what: `the end of process ${processId}`, withinMs: 10_000, everyMs: 20 }, async () =>
    isAlive(processId) ? undefined : true,
  );

test("stop ends a program that ignores every polite signal, and twice is once", async () => {
  const what = shell("stubborn", "trap '' TERM INT HUP; echo $$; while :; do sleep 60; done");
  const started = await startProcess(what);
  const processId = Number(await firstLine(what.logFile));
  assert.equal(started.ended(), undefined);
  await started.stop();
  await started.stop();
  await gone(processId);
});

test("a program ends when the process that started it is killed without warning", async () => {
  const what = shell("orphan", "echo $$; exec sleep 300");
  const module = JSON.stringify(join(import.meta.dirname, "component-process.ts"));
  const script = `import { startProcess } from ${module}; await startProcess(${JSON.stringify(what)}); setInterval(() => 0, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
  const file = { what: "the program's log", withinMs: 20_000, everyMs: 20 };
  await until(file, () => readFile(what.logFile, "utf8").then((text) => (text.includes("\n") ? text : undefined)));
  const processId = Number(await firstLine(what.logFile));
  assert.equal(isAlive(processId), true);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  await gone(processId);
});

test("a program that ends by itself says with which code, and its log comes first", async () => {
  const living = await startProcess(shell("living", "echo fine; exec sleep 300"));
  const dead = await startProcess(shell("dead", "echo 'no such flag: --x' >&2; exit 3"));
  await until({ what: "its end", withinMs: 10_000, everyMs: 20 }, async () => dead.ended());
  assert.equal(dead.ended(), "code 3");
  await firstLine(living.logFile);
  const tails = await tailsOf([living, dead]);
  assert.equal(
    tails,
    `--- dead (ended with code 3), ${dead.logFile}\nno such flag: --x\n--- living (running), ${living.logFile}\nfine`,
  );
  await living.stop();
});
