// The demo as a process of its own, started by a command line; it is up when it has printed the page's address.
import { type ChildProcess, spawn } from "node:child_process";

export interface DemoProcess {
  readonly pageUrl: string;
  /** Everything it has printed so far. */
  output(): string;
  /** As Ctrl-C: resolves with the exit status when it has ended. */
  stop(): Promise<number | null>;
}

export interface DemoCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly withinMs: number;
}

/** Throws with the output when it ends, or prints no address in time. */
export async function startDemoProcess(of: DemoCommand): Promise<DemoProcess> {
  // A process group of its own: npm, its shell and node end together, as at a terminal.
  const child = spawn(of.command, [...of.args], {
    cwd: of.directory,
    env: of.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const said = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0];
      if (url !== undefined && printed.includes("Ctrl-C")) said.resolve(url);
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (status) => resolve(status));
  });
  void ended.then((status) => said.reject(new Error(`The demo ended with status ${status}:\n${printed}`)));
  const timer = setTimeout(
    () => said.reject(new Error(`The demo printed no address within ${of.withinMs} ms:\n${printed}`)),
    of.withinMs,
  );
  try {
    const pageUrl = await said.promise;
    return { pageUrl, output: () => printed, stop: () => interrupt(child, ended) };
  } catch (error) {
    await interrupt(child, ended);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function interrupt(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  if (child.exitCode === null && child.pid !== undefined) signalGroup(child.pid, "SIGINT");
  const hard = setTimeout(() => {
    if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  }, 20_000);
  const status = await ended;
  clearTimeout(hard);
  return status;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
