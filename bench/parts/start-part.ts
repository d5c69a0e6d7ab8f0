// A process that is measured, seen from the benchmark: what it said when it was ready, questions, and its end.
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

export interface Part {
  /** What it had to say when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyAfterMs: number;
  ask(question: string, detail?: unknown): Promise<unknown>;
  usage(): Promise<Usage>;
  heapBytes(): Promise<number>;
  stop(): Promise<void>;
}

export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

export type PartMessage =
  | { readonly kind: "ready"; readonly facts: Record<string, unknown> }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "fault"; readonly id: number | null; readonly says: string };

export interface PartOptions {
  readonly detail?: unknown;
  readonly execArgv?: readonly string[];
  /** The root of a compiled tree; the sources when left out. */
  readonly compiledIn?: string;
  /** The root of a bundled tree, as the published package has it; goes before `compiledIn`. */
  readonly packagedIn?: string;
}

/** Starts `bench/parts/FILE`; rejects when it ends or fails before it is ready. */
export function startPart(file: string, options: PartOptions = {}): Promise<Part> {
  const { detail = null, execArgv = [] } = options;
  const startedAt = performance.now();
  const child = fork(scriptOf(file, options), [JSON.stringify(detail)], {
    execArgv: ["--expose-gc", ...execArgv],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  return new Promise((resolve, reject) => {
    child.on("message", (message: PartMessage) => {
      if (message.kind === "ready")
        resolve(partOf(child, waiting, { ready: message.facts, readyAfterMs: performance.now() - startedAt }));
      else if (message.kind === "answer") waiting.get(message.id)?.resolve(message.value);
      else if (message.id === null) reject(new Error(`${file}: ${message.says}`));
      else waiting.get(message.id)?.reject(new Error(`${file}: ${message.says}`));
    });
    child.once("exit", (code) => {
      const error = new Error(`${file} ended with ${code}`);
      reject(error);
      for (const one of waiting.values()) one.reject(error);
    });
  });
}

function scriptOf(file: string, { compiledIn, packagedIn }: PartOptions): string {
  const compiled = file.replace(/\.ts$/, ".js");
  if (packagedIn !== undefined) return join(packagedIn, "src", compiled);
  return compiledIn === undefined ? join(import.meta.dirname, file) : join(compiledIn, "bench", "parts", compiled);
}

function partOf(
  child: ChildProcess,
  waiting: Map<number, PromiseWithResolvers<unknown>>,
  facts: Pick<Part, "ready" | "readyAfterMs">,
): Part {
  let lastId = 0;
  const ask = (question: string, detail: unknown = null): Promise<unknown> => {
    lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(lastId, answer);
    child.send({ id: lastId, question, detail });
    return answer.promise;
  };
  return {
    ...facts,
    ask,
    usage: async () => (await ask("usage")) as Usage,
    heapBytes: async () => (await ask("heapBytes")) as number,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.disconnect();
      }),
  };
}
