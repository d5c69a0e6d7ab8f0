// `countersign audit export --to …`: sends what is new of the log to another keeper, and remembers how far it came.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { linesOf } from "../audit/files.ts";
import { ship } from "../audit/shipping.ts";
import type { Lines } from "../audit/verify.ts";
import { openSink } from "./audit-sinks.ts";
import { WrongWords } from "./words.ts";

const options = {
  to: { type: "string" },
  state: { type: "string" },
  ca: { type: "string" },
  log: { type: "string" },
} as const;

/** `lines`: the log of the running bot or of the store; asked only where --log names no file. */
export async function exportTo(argv: readonly string[], lines: () => Lines, env: NodeJS.ProcessEnv): Promise<string> {
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  const { to, state, ca, log } = values;
  if (to === undefined) throw new WrongWords("export --to needs a destination.");
  if (state === undefined) throw new WrongWords("export --to needs --state FILE: where it is kept how far it came.");
  const after = readState(state, to);
  const sink = await openSink(to, ca, env);
  try {
    const arrived = (last: number): void => writeState(state, { to, last });
    const sent = await ship({ lines: log === undefined ? lines() : linesOf(log), after, sink, arrived });
    return sent === 0 ? `Nothing is new since record ${after}.\n` : `${sent} records sent to ${sink.title}.\n`;
  } finally {
    await sink.close();
  }
}

interface State {
  readonly to: string;
  /** The last record that arrived. */
  readonly last: number;
}

/** The last record that arrived there, or -1. Throws when the file is about another destination. */
function readState(file: string, to: string): number {
  if (!existsSync(file)) return -1;
  const state = JSON.parse(readFileSync(file, "utf8")) as Partial<State>;
  if (state.to !== to)
    throw new WrongWords(`${file} says how far ${String(state.to)} came, not ${to}: name another --state.`);
  if (!Number.isSafeInteger(state.last)) throw new Error(`${file} does not say how far it came`);
  return state.last ?? -1;
}

/** Whole or not at all, whatever ends the process. */
function writeState(file: string, state: State): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
