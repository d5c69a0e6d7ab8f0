// What the bot's own posts said when it last wrote them, so that a change by somebody else is noticed (R34).
import { createHash } from "node:crypto";
import type { KnownBlock } from "@slack/types";
import type { Json } from "../../core/json.ts";
import { leafLetters } from "./receive/letters.ts";

export interface OwnPosts {
  /** Call before a post is changed, so that its event finds the new words. */
  wrote(channelId: string, ts: string, blocks: readonly KnownBlock[]): void;
  /** Whether the words are ones that the bot wrote there; null when it does not remember the post. */
  isOurs(channelId: string, ts: string, letters: string): boolean | null;
}

/** Events may come late: the last few versions of a post all count as ours. */
const versionsKept = 4;

export function makeOwnPosts(most: number): OwnPosts {
  const posts = new Map<string, readonly string[]>();
  return {
    wrote: (channelId, ts, blocks) => {
      const key = `${channelId}/${ts}`;
      const letters = leafLetters({ blocks: JSON.parse(JSON.stringify(blocks)) as Json });
      const versions = [digestOf(letters), ...(posts.get(key) ?? [])];
      posts.delete(key);
      posts.set(key, versions.slice(0, versionsKept));
      const oldest = posts.keys().next();
      if (posts.size > most && oldest.done !== true) posts.delete(oldest.value);
    },
    isOurs: (channelId, ts, letters) => posts.get(`${channelId}/${ts}`)?.includes(digestOf(letters)) ?? null,
  };
}

/** A card is some kilobytes, and thousands are remembered. */
function digestOf(letters: string): string {
  return createHash("sha256").update(letters).digest("base64url");
}
