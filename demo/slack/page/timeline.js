// Pure questions about a viewer's messages: what stands in a channel, in a thread, what is new, what is grouped.
import { tsToMs } from "./text/dates.js";

/** @typedef {import("../page-protocol.ts").PageMessage} Message */

/** @param {Message} message */
export function isTopLevel(message) {
  return message.threadTs === undefined || message.threadTs === message.ts;
}

/** @param {Message} a @param {Message} b */
export function byTs(a, b) {
  return a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0;
}

/** @param {Iterable<Message>} messages @param {string} channel */
export function topLevel(messages, channel) {
  return [...messages].filter((message) => message.channel === channel && isTopLevel(message)).sort(byTs);
}

/** The replies without the root. @param {Iterable<Message>} messages @param {string} channel @param {string} ts */
export function repliesOf(messages, channel, ts) {
  return [...messages]
    .filter((message) => message.channel === channel && message.threadTs === ts && message.ts !== ts)
    .sort(byTs);
}

/** A message by the same person within five minutes stands without avatar, as in Slack. */
/** @param {Message | undefined} previous @param {Message} message */
export function isCompact(previous, message) {
  if (previous === undefined || previous.user !== message.user) return false;
  if (previous.ephemeral !== message.ephemeral) return false;
  return tsToMs(message.ts) - tsToMs(previous.ts) < 5 * 60_000;
}

/** Messages since `readTs` that concern this person: all at top level, replies where they are named or took part. */
/** @param {Iterable<Message>} messages @param {{ readonly channel: string, readonly me: string, readonly readTs: string }} view */
export function unreadCount(messages, { channel, me, readTs }) {
  let count = 0;
  for (const message of messages) {
    if (message.channel !== channel || message.user === me || message.ts <= readTs) continue;
    if (isTopLevel(message) || message.text.includes(`<@${me}>`)) count += 1;
  }
  return count;
}
