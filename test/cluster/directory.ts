// Private temporary directories that name their owner, so that what a killed run left behind is found and removed.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./lock.ts";

/**
 * A new directory that only we can read. First removes those of the same kind whose process is gone: a run that was killed
 * could not, and one that failed left its logs to be read until now.
 */
export async function newDirectory(kind: string, parent: string = tmpdir()): Promise<string> {
  const pattern = new RegExp(`^${kind}-(\\d+)-`);
  for (const name of await readdir(parent)) {
    const owner = pattern.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) {
      // Another start may be removing it too; what remains is removed next time.
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
  return mkdtemp(join(parent, `${kind}-${process.pid}-`));
}
