// One sending: posted, updated or shown to one person; looked up first when an earlier try may have arrived.
import { textAt } from "../../../core/json.ts";
import type { SentMessage } from "../../../core/outbox.ts";
import type { OutboxReads } from "../../../core/ports/store.ts";
import type { Reached } from "../connect.ts";
import { failureOf } from "../failure.ts";
import { shareFile } from "../files.ts";
import { passMessage } from "../gate.ts";
import { sayArguments } from "../receive/answer.ts";
import { checkBlocks } from "../render/check.ts";
import { type Fitted, fit, messageRoom, privateRoom } from "../render/fit.ts";
import type { Sending } from "./batch.ts";
import { findMarked, type Marked, metadataOf } from "./metadata.ts";

export interface SendContext {
  readonly reached: Reached;
  /** Where a message of that key stands. */
  readonly sent: OutboxReads["sent"];
}

export type ThreadState =
  | { readonly kind: "ready"; readonly ts: string | null }
  /** The message that starts the thread was not sent yet. */
  | { readonly kind: "waiting" };

/** Throws Slack's errors; doing it again with `mayHaveArrived` finds what the first try posted. */
export async function send(
  context: SendContext,
  sending: Sending,
  how: { readonly threadTs: string | null; readonly mayHaveArrived: boolean; readonly goesUntil: number },
): Promise<SentMessage> {
  const { row } = sending;
  const channelId = await channelOf(context, row.to.channelId);
  const fitted = fitted4(sending, row.to.ephemeralTo === undefined);
  if (row.to.ephemeralTo !== undefined) return sendEphemeral(context, sending, fitted, how.threadTs);
  const before = row.living ? await context.sent(row.key) : null;
  const spot = { channelId, threadTs: how.threadTs };
  const ts =
    (before === null ? null : await update(context, sending, fitted, before)) ??
    (how.mayHaveArrived ? await takeUp(context, sending, fitted, { ...spot, otherThan: before?.ts ?? null }) : null) ??
    inTime(context, how.goesUntil) ??
    (await post(context, sending, fitted, spot));
  await shareMissing(context, fitted, { channelId, threadTs: how.threadTs ?? ts });
  return { key: row.key, channelId, ts, sentAt: before?.sentAt ?? context.reached.clock.now() };
}

/** Whoever claims the row next looks for what arrived before: after that nothing may arrive. */
function inTime({ reached }: SendContext, goesUntil: number): null {
  if (reached.clock.now() < goesUntil) return null;
  throw new Error("sending took too long");
}

/** A person's id stands for the direct messages with them: what is posted there can only be changed by the channel's own id. */
async function channelOf({ reached }: SendContext, channelId: string): Promise<string> {
  return /^[UW]/.test(channelId) ? reached.directChannel(channelId) : channelId;
}

interface Spot {
  readonly channelId: string;
  readonly threadTs: string | null;
}

function fitted4(sending: Sending, toAll: boolean): Fitted {
  const fitted = fit(passMessage(sending.message), toAll ? messageRoom : privateRoom);
  const wrong = checkBlocks(fitted.blocks, "message");
  if (wrong.length > 0) throw new MessageOverLimit(wrong.join("; "));
  return fitted;
}

/** A fault of ours: such a row is dropped with the reason, since sending it again cannot help. */
export class MessageOverLimit extends Error {
  override readonly name = "MessageOverLimit";
}

async function post(
  context: SendContext,
  sending: Sending,
  fitted: Fitted,
  { channelId, threadTs }: Spot,
): Promise<string> {
  const { clients, ownPosts } = context.reached;
  const sent = await clients.outbox.call("chat.postMessage", {
    channel: channelId,
    ...sayArguments(fitted),
    metadata: metadataOf(sending.row.key, sending.row.id),
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
  });
  const ts = textAt(sent, "ts");
  ownPosts.wrote(channelId, ts, fitted.blocks);
  return ts;
}

/** Codes that say the message is no longer there to be changed: it is posted anew. */
const gone = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);

async function update(
  context: SendContext,
  sending: Sending,
  fitted: Fitted,
  before: Pick<SentMessage, "channelId" | "ts">,
): Promise<string | null> {
  const { clients, ownPosts } = context.reached;
  ownPosts.wrote(before.channelId, before.ts, fitted.blocks);
  try {
    await clients.outbox.call("chat.update", {
      channel: before.channelId,
      ts: before.ts,
      text: fitted.text,
      blocks: fitted.blocks,
      link_names: false,
      parse: "none",
      metadata: metadataOf(sending.row.key, sending.row.id),
    });
    return before.ts;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused" && gone.has(failure.code)) return null;
    throw error;
  }
}

async function sendEphemeral(
  context: SendContext,
  sending: Sending,
  fitted: Fitted,
  threadTs: string | null,
): Promise<SentMessage> {
  const { row } = sending;
  const { clients, clock } = context.reached;
  const sent = await clients.outbox.call("chat.postEphemeral", {
    channel: row.to.channelId,
    user: row.to.ephemeralTo,
    ...sayArguments(fitted),
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
  });
  if (fitted.attachments.length > 0) {
    const opened = await clients.lookup.call("conversations.open", { users: row.to.ephemeralTo });
    await shareMissing(context, fitted, { channelId: textAt(opened, "channel", "id"), threadTs: null });
  }
  return { key: row.key, channelId: row.to.channelId, ts: textAt(sent, "message_ts"), sentAt: clock.now() };
}

/** Clocks of ours and Slack's may differ by this much. */
const skewSeconds = 120;

/** The ts of what an earlier try posted. Of a living message it may have been an older form: then it is brought up to date. */
async function takeUp(
  context: SendContext,
  sending: Sending,
  fitted: Fitted,
  spot: Spot & { readonly otherThan: string | null },
): Promise<string | null> {
  const found = await findEarlier(context, sending, spot);
  if (found === null || found.row === sending.row.id) return found?.ts ?? null;
  return update(context, sending, fitted, { channelId: spot.channelId, ts: found.ts });
}

/** History is read from when the row was made, newest page first. */
async function findEarlier(
  context: SendContext,
  sending: Sending,
  { channelId, threadTs, otherThan }: Spot & { readonly otherThan: string | null },
): Promise<Marked | null> {
  const { row } = sending;
  const oldest = String(Math.max(0, Math.floor(row.createdAt / 1000) - skewSeconds));
  const common = { channel: channelId, oldest, limit: 100, include_all_metadata: true };
  const mark = { key: row.key, row: row.living ? null : row.id, otherThan };
  let cursor = "";
  for (let page = 0; page < 10; page += 1) {
    const next = cursor === "" ? {} : { cursor };
    const { lookup } = context.reached.clients;
    const found =
      threadTs === null
        ? await lookup.call("conversations.history", { ...common, ...next })
        : await lookup.call("conversations.replies", { ...common, ...next, ts: threadTs });
    const marked = findMarked(found, mark, context.reached.home);
    if (marked !== null) return marked;
    cursor = textAt(found, "response_metadata", "next_cursor");
    if (cursor === "") return null;
  }
  return null;
}

/** Shares the files that are not in the thread yet: titles hold the digest, so a repeated try shares nothing twice. */
async function shareMissing(
  context: SendContext,
  fitted: Fitted,
  place: { readonly channelId: string; readonly threadTs: string | null },
): Promise<void> {
  if (fitted.attachments.length === 0) return;
  const { clients } = context.reached;
  const there = await filesIn(context, place);
  for (const file of fitted.attachments) {
    if (!there.has(file.name)) await shareFile(clients.outbox, file, place);
  }
}

async function filesIn(
  context: SendContext,
  place: { readonly channelId: string; readonly threadTs: string | null },
): Promise<ReadonlySet<string>> {
  if (place.threadTs === null) return new Set();
  const { lookup } = context.reached.clients;
  const replies = await lookup.call("conversations.replies", {
    channel: place.channelId,
    ts: place.threadTs,
    limit: 200,
  });
  const messages = Array.isArray(replies.messages) ? replies.messages : [];
  return new Set(
    messages
      .flatMap((message) =>
        typeof message === "object" && message !== null && "files" in message ? message.files : [],
      )
      .map((file) => textAt(file, "name")),
  );
}
