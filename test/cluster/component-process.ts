// One program of the control plane as a child process that cannot outlive us, with its log in a file.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";

// A shell that runs the program and ends it when the pipe on its standard input closes. The pipe closes when this
// process stops the program, exits, or is killed in any way, SIGKILL too; no handler of ours has to run for it.
const leash = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ read -r _ <&3; kill -KILL $program 2>/dev/null; } &
watcher=$!
exec 3<&-
wait $program
status=$?
kill $watcher 2>/dev/null
exit $status
`;

export type Started = {
  readonly name: string;
  readonly logFile: string;
  /** How it ended, once it has; nobody but `stop` should end it. */
  ended(): string | undefined;
  /** Ends it at once (everything it holds is disposable) and resolves when it is gone. Twice is once. */
  stop(): Promise<void>;
};

export type ToStart = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly directory?: string;
};

/** Starts a program without waiting for it to be ready. Its standard output and error go to `logFile`. */
export async function startProcess(what: ToStart): Promise<Started> {
  const log = await open(what.logFile, "a", 0o600);
  try {
    // detached: Ctrl-C in a terminal reaches us alone, and we end the programs in our order.
    const child = spawn("/bin/sh", ["-c", leash, what.name, what.program, ...what.args], {
      stdio: ["pipe", log.fd, log.fd],
      env: what.environment,
      ...(what.directory === undefined ? {} : { cwd: what.directory }),
      detached: true,
    });
    return await watched(what, child);
  } finally {
    await log.close();
  }
}

async function watched(what: ToStart, child: ChildProcess): Promise<Started> {
  let ending: string | undefined;
  const gone = once(child, "exit").then(([code, signal]) => {
    ending = signal === null ? `code ${String(code)}` : `signal ${String(signal)}`;
  });
  gone.catch((error: unknown) => {
    ending = `not started: ${String(error)}`;
  });
  // A writing end that is gone already (the program died) is no fault of the one who closes it.
  child.stdin?.on("error", () => undefined);
  child.unref();
  return {
    name: what.name,
    logFile: what.logFile,
    ended: () => ending,
    stop: async () => {
      child.stdin?.end();
      child.ref();
      await gone.catch(() => undefined);
    },
  };
}

/** The ends of the programs' logs, those that have ended first, for the person who has to find out why it did not start. */
export async function tailsOf(programs: readonly Started[]): Promise<string> {
  const deadFirst = programs.toSorted((a, b) => Number(a.ended() === undefined) - Number(b.ended() === undefined));
  return (await Promise.all(deadFirst.map(tailOf))).join("\n");
}

async function tailOf(program: Started): Promise<string> {
  const ended = program.ended();
  const text = await readFile(program.logFile, "utf8").catch(() => "");
  const last = text
    .trimEnd()
    .split("\n")
    .slice(ended === undefined ? -5 : -20)
    .map((line) => line.slice(0, 240));
  const state = ended === undefined ? "running" : `ended with ${ended}`;
  return [`--- ${program.name} (${state}), ${program.logFile}`, ...last].join("\n");
}
