// How large blocks are, as Slack counts them.
import type { KnownBlock } from "@slack/types";

/** Characters of the blocks' JSON, and bytes where text is not Latin: whichever is more counts against the limit. */
export function sizeOf(blocks: readonly KnownBlock[]): number {
  return Buffer.byteLength(JSON.stringify(blocks), "utf8");
}
