// Hands checked blocks and views to the page under the names of @slack/types: the checker has judged their shape before.
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import { isObj } from "./read.ts";
import type { Obj } from "./records.ts";

const isKnown = (block: unknown): block is KnownBlock => isObj(block) && typeof block.type === "string";

export function knownBlocks(blocks: readonly Obj[]): readonly KnownBlock[] {
  return blocks.flatMap((block) => (isKnown(block) ? [block] : []));
}

export const isHome = (view: unknown): view is HomeView => isObj(view) && view.type === "home";

export const isModal = (view: unknown): view is ModalView => isObj(view) && view.type === "modal";
