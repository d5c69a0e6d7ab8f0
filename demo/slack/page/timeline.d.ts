// Types of timeline.js, for tests.
import type { PageMessage } from "../page-protocol.ts";

export function isTopLevel(message: PageMessage): boolean;
export function byTs(a: PageMessage, b: PageMessage): number;
export function topLevel(messages: Iterable<PageMessage>, channel: string): PageMessage[];
export function repliesOf(messages: Iterable<PageMessage>, channel: string, ts: string): PageMessage[];
export function isCompact(previous: PageMessage | undefined, message: PageMessage): boolean;
export function unreadCount(
  messages: Iterable<PageMessage>,
  view: { readonly channel: string; readonly me: string; readonly readTs: string },
): number;
