// The life of a message: posted, edited, deleted, reacted to; each step is told to the app where Slack would tell it.
import { fillIds } from "./block-ids.ts";
import { fileShared, messageChanged, messageDeleted, messagePosted, reactionAdded } from "./events.ts";
import type { Inside } from "./inside.ts";
import type { Message, Obj } from "./records.ts";

export type Draft = Omit<Message, "ts" | "blocks" | "files" | "reactions" | "edited"> & {
  readonly blocks?: readonly Obj[];
  readonly files?: readonly string[];
};

/** Posts for good, or for one person's eyes when the draft says `ephemeralTo`. */
export function post(inside: Inside, draft: Draft): Message {
  const { state } = inside;
  const message: Message = {
    ...draft,
    ts: state.newTs(),
    blocks: fillIds(draft.blocks ?? [], () => inside.newSecret().slice(0, 5)),
    files: draft.files ?? [],
    reactions: [],
  };
  state.putMessage(message);
  if (message.ephemeralTo !== undefined) return message;
  retellParent(inside, message);
  for (const id of message.files) share(inside, id, message);
  messagePosted(inside, message);
  return message;
}

/** The parent shows how many answers it has, so those who see it are told. */
function retellParent(inside: Inside, message: Message): void {
  const parent = message.threadTs === undefined ? undefined : inside.state.message(message.channel, message.threadTs);
  if (parent !== undefined) inside.state.putMessage(parent);
}

function share(inside: Inside, fileId: string, message: Message): void {
  const file = inside.state.files.get(fileId);
  if (file === undefined) return;
  const { channel, ts, threadTs } = message;
  const here = { channel, ts, ...(threadTs !== undefined && { threadTs }) };
  const shared = { ...file, shares: [...file.shares, here] };
  inside.state.putFile(shared);
  fileShared(inside, shared, channel);
}

export type Content = Pick<Message, "text"> &
  Partial<Pick<Message, "attachments" | "metadata">> & { readonly blocks?: readonly Obj[] };

/** Replaces what the message says; `by` is shown as the editor. */
export function edit(inside: Inside, message: Message, content: Content, by: string): Message {
  const after: Message = {
    ...message,
    ...content,
    blocks: fillIds(content.blocks ?? [], () => inside.newSecret().slice(0, 5)),
    ...(message.ephemeralTo === undefined && { edited: { user: by, ts: inside.state.newTs() } }),
  };
  inside.state.putMessage(after);
  if (after.ephemeralTo === undefined) messageChanged(inside, message, after);
  return after;
}

export function remove(inside: Inside, message: Message): void {
  inside.state.dropMessage(message);
  if (message.ephemeralTo !== undefined) return;
  retellParent(inside, message);
  messageDeleted(inside, message);
}

/** False when this person had given that reaction before. */
export function react(inside: Inside, message: Message, user: string, name: string): boolean {
  const old = message.reactions.find((reaction) => reaction.name === name);
  if (old?.users.includes(user)) return false;
  const others = message.reactions.filter((reaction) => reaction !== old);
  const after = { ...message, reactions: [...others, { name, users: [...(old?.users ?? []), user] }] };
  inside.state.putMessage(after);
  reactionAdded(inside, after, user, name);
  return true;
}
