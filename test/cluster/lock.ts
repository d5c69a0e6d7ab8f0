// Lets one process at a time build the test bed, also when several test files start together.
import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const recheckMs = 500;

/**
 * Runs `work` while holding the file `path` with our process id in it. Waits while another living process holds it;
 * a file left by a dead process is taken over. The file goes when `work` ends, well or badly.
 */
export async function withLock(path: string, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  let told = false;
  while (!(await take(path))) {
    const holder = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
    if (Number.isInteger(holder) && !isAlive(holder)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) say(`process ${holder} is already building; waiting for it`);
    told = true;
    await pause(recheckMs);
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(`${process.pid}\n`);
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new Error(`cannot take the lock ${path}`, { cause: error });
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
