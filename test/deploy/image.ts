// The image's own steps, carried out in a directory in place of a container.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
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

/** Where what the last stage holds lies, below the directory; npm's packages are fetched. */
export function makeImage(parent: string): string {
  const roots = new Map<string, string>();
  stages.forEach((stage, index) => {
    const root = join(parent, String(index));
    mkdirSync(root);
    carryOut(stage, root, roots);
    roots.set(stage.name ?? "last", root);
  });
  return roots.get("last") ?? "";
}

/** What its last stage says of how it is started. */
export function startedAs(): {
  readonly user: string;
  readonly entry: readonly string[];
  readonly command: readonly string[];
} {
  const last = stages.at(-1)?.instructions ?? [];
  const of = (wanted: string) => last.find(({ name }) => name === wanted);
  return { user: of("USER")?.text ?? "", entry: of("ENTRYPOINT")?.words ?? [], command: of("CMD")?.words ?? [] };
}
