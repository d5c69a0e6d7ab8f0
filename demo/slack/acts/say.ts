// A person writes, edits, deletes, reacts: ordinary messages, and files that go with them.
import { composed, richTextOf } from "../compose.ts";
import type { Inside } from "../inside.ts";
import { edit as editMessage, post, react as reactTo, remove as removeMessage } from "../messages.ts";
import { type ActOutcome, done, problem, seenChannel, seenMessage, seenUser } from "./outcome.ts";

export interface Say {
  readonly as: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly text: string;
  readonly fileIds?: readonly string[];
}

/** Posts what was typed; `ts` of the outcome is the new message's. Slash commands are not for here: see command.ts. */
export function say(inside: Inside, act: Say): ActOutcome {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const channel = seenChannel(inside, act.channel, user.value);
  if (channel.kind === "no") return channel.outcome;
  const files = act.fileIds ?? [];
  const unknown = files.find((id) => !mayShare(inside, id, act.as));
  if (unknown !== undefined) return problem(`${user.value.realName} sees no file ${unknown}.`);
  if (act.text.trim() === "" && files.length === 0) return problem("Write something first.");
  const parent = act.threadTs === undefined ? undefined : inside.state.message(act.channel, act.threadTs);
  if (act.threadTs !== undefined && parent === undefined) return problem("That thread is gone.");
  const text = composed(inside, act.text, "message");
  const message = post(inside, {
    channel: act.channel,
    user: act.as,
    text,
    blocks: text === "" ? [] : [richTextOf(text, () => inside.newSecret().slice(0, 5))],
    files,
    ...(files.length > 0 && { subtype: "file_share" }),
    ...(parent !== undefined && { threadTs: parent.threadTs ?? parent.ts }),
    clientMsgId: inside.newSecret(),
  });
  return { ok: true, ts: message.ts };
}

/** One's own file, and somebody else's where one reads it. */
function mayShare(inside: Inside, id: string, userId: string): boolean {
  const file = inside.state.files.get(id);
  if (file === undefined) return false;
  return (
    file.user === userId ||
    file.shares.some((share) => inside.state.channels.get(share.channel)?.members.includes(userId))
  );
}

export interface OnMessage {
  readonly as: string;
  readonly channel: string;
  readonly ts: string;
}

export function edit(inside: Inside, act: OnMessage & { readonly text: string }): ActOutcome {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const message = seenMessage(inside, act.channel, act.ts, user.value);
  if (message.kind === "no") return message.outcome;
  if (message.value.user !== act.as) return problem("Only the author can edit a message.");
  const text = composed(inside, act.text, "message");
  const blocks = [richTextOf(text, () => inside.newSecret().slice(0, 5))];
  editMessage(inside, message.value, { text, blocks }, act.as);
  return done;
}

export function remove(inside: Inside, act: OnMessage): ActOutcome {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const message = seenMessage(inside, act.channel, act.ts, user.value);
  if (message.kind === "no") return message.outcome;
  if (message.value.user !== act.as) return problem("Only the author can delete a message.");
  removeMessage(inside, message.value);
  return done;
}

export function react(inside: Inside, act: OnMessage & { readonly name: string }): ActOutcome {
  const user = seenUser(inside, act.as);
  if (user.kind === "no") return user.outcome;
  const message = seenMessage(inside, act.channel, act.ts, user.value);
  if (message.kind === "no") return message.outcome;
  return reactTo(inside, message.value, act.as, act.name) ? done : problem("You have reacted so already.");
}
