// Types of rich-text-tree.js, for tests.
import type { Clock } from "./dates.js";
import type { TextNode } from "./tree.d.ts";

export function richTextTree(block: Readonly<Record<string, unknown>>, clock: Clock): TextNode[];
