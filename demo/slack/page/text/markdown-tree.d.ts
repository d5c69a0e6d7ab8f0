// Types of markdown-tree.js, for tests.
import type { TextNode } from "./tree.d.ts";

export function parseMarkdown(text: string): TextNode[];
