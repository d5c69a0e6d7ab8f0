// How a person decides that a log which no longer fits its checkpoints is to go on as it stands.
import { hash } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import type { Clock } from "../core/ports/clock.ts";
import type { Witness } from "./witness.ts";

export interface Acceptance {
  /** What to do about it, for people. */
  hint(why: string): string;
  /**
   * When the file names exactly this reason: sets the old checkpoints aside, uses the file up, and says where they are. Null
   * when nobody accepted it.
   */
  take(why: string): Promise<string | null>;
}

/** What the file must say: so that an acceptance of one fork never accepts another. */
export function lineFor(why: string): string {
  return `accept ${hash("sha256", why, "hex").slice(0, 12)}`;
}

/** Looks for `file`, which must hold the one line that the refusal's hint names; it is renamed to `.done` when used. */
export function fileAcceptance(of: {
  readonly file: string;
  readonly witness: Witness;
  readonly clock: Clock;
}): Acceptance {
  return {
    hint: (why) =>
      `find out why with "countersign audit verify"; to let the log go on as it stands, write "${lineFor(why)}" into ${of.file}`,
    async take(why) {
      const text = await readFile(of.file, "utf8").catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      });
      if (text?.trim() !== lineFor(why)) return null;
      const aside = await of.witness.abandon(of.clock.now());
      await rename(of.file, `${of.file}.done`);
      return aside;
    },
  };
}
