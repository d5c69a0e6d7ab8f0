// The product and the measured processes as JavaScript: type stripping is for development, and no user pays for it.
import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");

/** Where the compiled tree is; types are checked elsewhere. Throws with the compiler's words. */
export async function compiled(): Promise<string> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", join(root, "bench", "tsconfig.json"), "--noCheck"]);
  const tree = join(root, ".countersign", "bench");
  copyFileSync(join(root, "package.json"), join(tree, "package.json"));
  return tree;
}
