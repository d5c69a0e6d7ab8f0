// The thread that reads a calendar: whatever its text does to the parser, the main loop goes on.
import { parentPort, workerData } from "node:worker_threads";
import { occurrencesIn, type Wanted } from "./events.ts";

const { text, wanted } = workerData as { readonly text: string; readonly wanted: Wanted };

/** The parser's own words may quote the text, which is nobody's business here. */
function read(): unknown {
  try {
    return { kind: "read", occurrences: occurrencesIn(text, wanted) };
  } catch (error) {
    const isOurs = error instanceof Error && /^it (is no|repeats)/.test(error.message);
    return { kind: "failed", why: isOurs ? error.message : "its text is no calendar that can be read" };
  }
}

parentPort?.postMessage(read());
