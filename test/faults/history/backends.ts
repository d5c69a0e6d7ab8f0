// What the bot keeps its record in: every part of the programme that is about the record runs on each of these.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { sealRecord } from "../../../src/audit/chain.ts";
import { exportLines } from "../../../src/audit/export.ts";
import { systemClock } from "../../../src/clock.ts";
import { openStore } from "../../../src/store/open.ts";
import { silent } from "../../store/samples.ts";

export interface Backend {
  readonly name: string;
  /** Bots that share the record. */
  readonly replicas: number;
  /** What this machine lacks for it, and how to get it; null when it can run. */
  readonly missing: () => string | null;
  /** What the configuration says about it. */
  readonly configured: (text: string) => string;
  /** The log of stopped bots, a record a line. */
  readonly log: (directory: string) => Promise<readonly string[]>;
}

export const embedded: Backend = {
  name: "embedded",
  replicas: 1,
  missing: () => null,
  configured: (text) => text,
  log: async (directory) => {
    const store = await openStore({
      directory: join(directory, "data"),
      clock: systemClock,
      random: randomBytes,
      log: silent,
      seal: sealRecord,
    });
    try {
      const lines: string[] = [];
      for await (const line of exportLines(store)) lines.push(line);
      return lines;
    } finally {
      await store.close();
    }
  },
};

/** One line each. */
export const backends: readonly Backend[] = [embedded];
