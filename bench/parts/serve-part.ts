// A measured process's own side: says when it is ready, answers questions, ends with its parent.
import { getHeapSpaceStatistics } from "node:v8";
import type { PartMessage, Usage } from "./start-part.ts";

export interface Served {
  readonly facts: Record<string, unknown>;
  readonly answers?: Readonly<Record<string, (detail: unknown) => unknown>>;
  /** Takes what was opened down again; the process ends after it, at the latest after two seconds. */
  readonly stop?: () => Promise<void>;
}

/** What the benchmark handed over; its shape is the two files' own agreement. */
export function detailOf<T>(): T {
  return JSON.parse(process.argv[2] ?? "null") as T;
}

export async function servePart(start: () => Promise<Served>): Promise<void> {
  const tell = (message: PartMessage): void => void process.send?.(message);
  const served = await start().catch((error: unknown) => {
    tell({ kind: "fault", id: null, says: wordsOf(error) });
    process.exit(1);
  });
  const answers: Served["answers"] = { usage, heapBytes, codeBytes, resources, ...served.answers };
  process.on("message", async ({ id, question, detail }: { id: number; question: string; detail: unknown }) => {
    try {
      const answer = answers?.[question];
      if (answer === undefined) throw new Error(`nobody answers ${question}`);
      tell({ kind: "answer", id, value: await answer(detail) });
    } catch (error) {
      tell({ kind: "fault", id, says: wordsOf(error) });
    }
  });
  process.once("disconnect", () => {
    setTimeout(() => process.exit(0), 2_000).unref();
    void served.stop?.().finally(() => process.exit(0));
    if (served.stop === undefined) process.exit(0);
  });
  tell({ kind: "ready", facts: served.facts });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() };
}

/** What is alive after two full collections. */
function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("the process was not started with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/** Of that, what the program itself is, compiled so far: bytecode, machine code, and what they are thrown away by. */
function codeBytes(): number {
  const ofCode = getHeapSpaceStatistics().filter(({ space_name: name }) => /^(code|trusted)_/.test(name));
  return ofCode.reduce((sum, { space_used_size: used }) => sum + used, 0);
}

/** What is open, by kind. */
function resources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
