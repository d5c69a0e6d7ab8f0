// A fresh clone of this repository as it is committed, installed and started by the README's two commands.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../..", import.meta.url));
const installWithinMs = 240_000;

export interface FreshClone {
  readonly directory: string;
  /** As a terminal of its own has it: nothing of the npm that runs this test. */
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

/** Throws with what git or npm printed. */
export async function freshClone(): Promise<FreshClone> {
  const parent = mkdtempSync(join(tmpdir(), "countersign-clone-"));
  const directory = join(parent, "countersign");
  const env = plainEnv(process.env);
  try {
    await run("git", ["clone", "--quiet", "--no-hardlinks", repository, directory], { env });
    await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: directory, env, timeout: installWithinMs });
  } catch (error) {
    rmSync(parent, { recursive: true, force: true });
    throw new Error(`The fresh clone could not be installed: ${lastLines(error)}`);
  }
  return { directory, env, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** npm prints its whole usage after an error: the lines that say why come before it. */
function lastLines(error: unknown): string {
  const printed = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return printed
    .split("\n")
    .filter((line) => !line.includes("EBADENGINE"))
    .slice(0, 25)
    .join("\n");
}

function plainEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(npm_(?!config_(cache|registry|userconfig))|INIT_CWD$|NODE_TEST_CONTEXT$|NODE_OPTIONS$)/i.test(name),
  );
  const path = (env.PATH ?? "").split(delimiter).filter((part) => !part.endsWith(join("node_modules", ".bin")));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}
