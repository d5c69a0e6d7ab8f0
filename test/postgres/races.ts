// Runs several processes against one database and gathers what each of them says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../store/samples.ts";

const script = fileURLToPath(new URL("./racing-child.ts", import.meta.url));

export interface Race {
  readonly url: string;
  readonly what: string;
  readonly count: number;
  readonly processes: number;
  /** Each is killed when it has said so many lines; what it says after that counts too. */
  readonly killAt?: number;
  /** One for all of them: they share their keys. */
  readonly directory?: string;
}

/** What each process said, line by line, once all have ended well. */
export async function race(t: Pick<TestContext, "after">, of: Race): Promise<readonly (readonly string[])[]> {
  const directory = of.directory ?? temporaryDirectory(t);
  const numbers = Array.from({ length: of.processes }, (_, index) => String(index + 1));
  return Promise.all(
    numbers.map(async (me) => {
      const args = [script, of.url, directory, of.what, String(of.count), me, String(of.processes)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      const ended = once(child, "exit");
      const said: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        if (line !== "open") said.push(line);
        if (said.length === of.killAt) child.kill("SIGKILL");
      }
      const [code] = await ended;
      if (code !== 0 && of.killAt === undefined)
        throw new Error(`process ${me} of the race ended with ${String(code)}`);
      return said;
    }),
  );
}
