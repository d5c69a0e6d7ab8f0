// The thread that reads manifests: whatever a text does to it, the main loop goes on.
import { parentPort } from "node:worker_threads";
import type { Refusal } from "../../core/refusal.ts";
import { refuse } from "../../core/refusal.ts";
import type { ManifestLimits } from "./limits.ts";
import { parseManifest } from "./parse.ts";

parentPort?.on("message", ({ text, limits }: { readonly text: string; readonly limits: ManifestLimits }) => {
  parentPort?.postMessage(parsed(text, limits));
});

function parsed(text: string, limits: ManifestLimits): ReturnType<typeof parseManifest> {
  try {
    return parseManifest(text, limits);
  } catch (error) {
    if (error instanceof RangeError) return tooDeep(limits);
    throw error;
  }
}

/** The parser recurses by level: the stack ends before the limit can be told. */
function tooDeep({ depth }: ManifestLimits): Refusal {
  return refuse(
    "manifest-too-large",
    `The manifest has more than ${depth} levels.`,
    "Send less deeply nested objects.",
  );
}
