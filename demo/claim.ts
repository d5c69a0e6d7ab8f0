// One demo per directory: a second one would take the first one's cluster and conversations from under it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Claim {
  /** Called when the page is up, so that whoever starts a second demo is sent to it. */
  say(pageUrl: string): void;
  release(): void;
}

/** Throws when a demo runs in this directory. What a killed one left behind is taken over. */
export function claim(directory: string, pid: number): Claim {
  const file = join(directory, "demo.pid");
  const held = holder(file);
  if (held !== null && held.pid !== pid && isAlive(held.pid)) {
    const page = held.pageUrl === "" ? "" : ` Its page is ${held.pageUrl}.`;
    throw new Error(
      `A demo already runs in ${directory}, as process ${held.pid}.${page} Stop it with Ctrl-C first, or start this one in another directory. (If that process is something else, remove ${file}.)`,
    );
  }
  const write = (pageUrl: string) => writeFileSync(file, `${pid} ${pageUrl}\n`, { mode: 0o600 });
  write("");
  return { say: write, release: () => rmSync(file, { force: true }) };
}

function holder(file: string): { readonly pid: number; readonly pageUrl: string } | null {
  try {
    const [pid = "", pageUrl = ""] = readFileSync(file, "utf8").trim().split(" ");
    return /^\d+$/.test(pid) ? { pid: Number(pid), pageUrl } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
