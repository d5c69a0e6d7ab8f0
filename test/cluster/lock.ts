// Lets one process at a time build the test bed, also when several test files start together.
import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const recheckMs = 500;

/**
 * Runs `work` while holding the file `path` with our process id in it. Waits while another living process holds it;
 * a file left by a dead process is taken over. The file goes when `work` ends, well or badly. It only saves work: in the
 * moment of a take-over two may hold it, so `work` must be safe to do twice.
 */
export async function withLock(path: string, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  let told = false;
  while (!(await take(path))) {
    const holder = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
    if (Number.isInteger(holder) && !isAlive(holder)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) say(`waiting for process ${holder}, which is building (if it is not, remove ${path})`);
    told = true;
    await pause(recheckMs);
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Writes our id aside and links it into place, so that nobody ever reads a lock without its holder. */
async function take(path: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, `${process.pid}\n`);
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new Error(`cannot take the lock ${path}`, { cause: error });
  } finally {
    await rm(aside, { force: true });
  }
}

/** Whether a process with that id exists, whoever owns it. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
