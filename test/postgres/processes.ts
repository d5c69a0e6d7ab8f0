// The bot as its users run it, `countersign start`, on one database: each a process of its own, with the same keys.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Place } from "../support/town.ts";
import { replicaFile } from "./replicas.ts";

const program = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

export interface BotProcess {
  readonly pid: number;
  readonly port: number;
  readonly operationsPort: number;
  /** What it logged as an error. */
  readonly faults: readonly string[];
  kill(signal: NodeJS.Signals): void;
  /** Its exit status when it has ended, or the signal that ended it. */
  ended(): Promise<number | string>;
}

/** In HTTP mode. Resolves when it listens. `name` is its data directory; the first one, "data", makes the keys. */
export async function startProcess(place: Place, url: string, name: string): Promise<BotProcess> {
  const { botToken, signingSecret, apiUrl } = place.slack;
  const secrets = { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: apiUrl };
  const env = {
    ...process.env,
    ...secrets,
    DATABASE_URL: url,
    NODE_COMPILE_CACHE: join(tmpdir(), "countersign-compile-cache"),
  };
  const argv = [program, "start", "--config", replicaFile(place, name)];
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "inherit", "pipe"] });
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const faults: string[] = [];
  const listening = Promise.withResolvers<{ readonly port: number; readonly operationsPort: number }>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    const said = read(line);
    if (
      said.msg === "countersign is listening" &&
      typeof said.port === "number" &&
      typeof said.operationsPort === "number"
    )
      listening.resolve({ port: said.port, operationsPort: said.operationsPort });
    if (said.level !== 30 && said.level !== 40) faults.push(line);
  });
  exited.then(([code]) => listening.reject(new Error(`the bot ended with ${code}: ${faults.join("\n")}`)));
  const ports = await listening.promise;
  return {
    ...ports,
    pid: child.pid ?? -1,
    faults,
    kill: (signal) => void child.kill(signal),
    ended: () => endOf(child, exited),
  };
}

async function endOf(
  child: ChildProcess,
  exited: Promise<[number | null, NodeJS.Signals | null]>,
): Promise<number | string> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode ?? "";
  const [code, signal] = await exited;
  return code ?? signal ?? "";
}

/** What is no line of the log is a fault of its own. */
function read(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
