// Types of mrkdwn-tree.js, for tests.
import type { Clock } from "./dates.js";
import type { TextNode } from "./tree.d.ts";

export function parseMrkdwn(text: string, clock: Clock): TextNode[];
