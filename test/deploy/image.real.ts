// The image's own steps, run in a temporary directory in place of a container: what it would hold starts by itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { type Instruction, type Stage, stagesOf } from "./dockerfile.ts";

const stages = stagesOf(readFileSync("deploy/Dockerfile", "utf8"));

/** A base's own files, which are not there without a container. */
const ofTheBase = ["/usr/bin/tini-static"];

function place(root: string, workdir: string, path: string): string {
  return join(root, path.startsWith("/") ? path : join(workdir, path));
}

function carryOut(stage: Stage, root: string, roots: ReadonlyMap<string, string>): void {
  let workdir = "/";
  for (const instruction of stage.instructions) {
    if (instruction.name === "WORKDIR") {
      workdir = instruction.text;
      mkdirSync(join(root, workdir), { recursive: true });
    } else if (instruction.name === "COPY") copy(instruction, { root, workdir, roots });
    // Packages of the base's distribution are not ours to install here.
    else if (instruction.name === "RUN" && !instruction.text.startsWith("apt-get"))
      execFileSync("sh", ["-c", instruction.text], { cwd: join(root, workdir), stdio: "pipe" });
  }
}

function copy(
  { words, flags }: Instruction,
  to: { readonly root: string; readonly workdir: string; readonly roots: ReadonlyMap<string, string> },
): void {
  const target = words.at(-1) ?? "";
  const from = flags.from === undefined ? process.cwd() : (to.roots.get(flags.from) ?? "");
  for (const source of words.slice(0, -1).filter((path) => !ofTheBase.includes(path))) {
    // As Docker does: into a directory by its own name, not by its path.
    const into = place(to.root, to.workdir, target.endsWith("/") ? join(target, basename(source)) : target);
    cpSync(join(from, source), into, { recursive: true, verbatimSymlinks: true });
  }
}

test("the steps of the Dockerfile make a program that runs with nothing else, and a list of what it is made of", (t) => {
  const parent = mkdtempSync(join(tmpdir(), "countersign-image-"));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const roots = new Map<string, string>();
  stages.forEach((stage, index) => {
    const root = join(parent, String(index));
    mkdirSync(root);
    carryOut(stage, root, roots);
    roots.set(stage.name ?? "last", root);
  });
  const image = roots.get("last") ?? "";
  const run = (...args: readonly string[]) =>
    execFileSync(join(image, "usr/bin/node"), [join(image, "app/dist/src/cli.js"), ...args], {
      env: {},
      cwd: "/",
      encoding: "utf8",
    });
  assert.match(run("--help"), /^ {2}start +run the bot$/m);
  assert.match(run("risk", "--help"), /countersign risk/);
  assert.ok(!existsSync(join(image, "app/node_modules")), "the program has its libraries in it");
  const sbom = JSON.parse(readFileSync(join(image, "app/sbom.cdx.json"), "utf8")) as {
    bomFormat: string;
    components: { name: string }[];
  };
  assert.equal(sbom.bomFormat, "CycloneDX");
  const named = sbom.components.map(({ name }) => name);
  for (const one of ["@slack/bolt", "@kubernetes/client-node", "kysely"]) assert.ok(named.includes(one), one);
  assert.ok(!named.includes("typescript"));
});
