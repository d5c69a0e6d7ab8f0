// Builds the published package's dist/: the compiled program, and the demo page's files as they are.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** Replaces the folder whole. Throws with the compiler's own words when it does not compile. */
export function build(dist: string): void {
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(repository, "node_modules", ".bin", "tsc");
  execFileSync(compiler, ["-p", join(repository, "tsconfig.build.json"), "--outDir", dist], { stdio: "inherit" });
  // The page is plain JavaScript and CSS for the browser: nothing to compile, but the types of its modules stay behind.
  const page = join("demo", "slack", "page");
  cpSync(join(repository, page), join(dist, page), {
    recursive: true,
    filter: (path) => !path.endsWith(".d.ts") && !path.endsWith(".md"),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(join(repository, "dist"));
