// The measured processes as JavaScript, and the product as it is published: type stripping is for development.
import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundle, workers } from "../deploy/bundle.ts";

const root = join(import.meta.dirname, "..");

/** Where the compiled tree is; types are checked elsewhere. Throws with the compiler's words. */
export async function compiled(): Promise<string> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", join(root, "bench", "tsconfig.json"), "--noCheck"]);
  const tree = join(root, ".countersign", "bench");
  copyFileSync(join(root, "package.json"), join(tree, "package.json"));
  return tree;
}

/** Where the measured bot is as the published package has it: `src/bot.js`, with everything that it needs. */
export async function packaged(): Promise<string> {
  const tree = join(root, ".countersign", "package");
  await bundle([{ in: "bench/parts/bot.ts", out: "src/bot" }, ...workers], tree);
  copyFileSync(join(root, "package.json"), join(tree, "package.json"));
  return tree;
}
