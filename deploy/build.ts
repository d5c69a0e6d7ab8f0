// Builds the published package's dist/: the program and its libraries in a few files, and the demo page's files as they are.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, workers } from "./bundle.ts";
import { noticesOf } from "./notices.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** Replaces the folder whole. Rejects with the compiler's own words when the types do not fit. */
export async function build(dist: string): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(repository, "node_modules", ".bin", "tsc");
  execFileSync(compiler, ["-p", join(repository, "tsconfig.build.json"), "--noEmit"], { stdio: "inherit" });
  const files = await bundle([{ in: "src/cli.ts", out: "src/cli" }, ...workers], dist);
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES"), noticesOf(repository, files));
  // The page is plain JavaScript and CSS for the browser: nothing to compile, but the types of its modules stay behind.
  const page = join("demo", "slack", "page");
  cpSync(join(repository, page), join(dist, page), {
    recursive: true,
    filter: (path) => !path.endsWith(".d.ts") && !path.endsWith(".md"),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(join(repository, "dist"));
