// Whether the log of a history is whole, by the program that anybody would verify it with.
import { parseVkey } from "../../../src/audit/note.ts";
import { verifyLog } from "../../../src/audit/verify.ts";
import type { History } from "./history.ts";

/** What is wrong, in a sentence, or null. A history without any log or checkpoint has nothing to verify. */
export async function checkpointsAgree({ log, checkpoints, key }: History): Promise<string | null> {
  if (log.length === 0 && checkpoints.length === 0) return null;
  const verifier = parseVkey(key);
  if (verifier === null) return `the public key cannot be read: ${key}`;
  const verdict = await verifyLog({ lines: log, checkpoints, verifier });
  return verdict.ok ? null : verdict.says;
}
