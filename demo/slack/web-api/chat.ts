// chat.*: posting, ephemeral posting, editing, deleting, permalinks. Source: docs.slack.dev/reference/methods/chat.postMessage and siblings.
import { readContent } from "../content.ts";
import type { Inside } from "../inside.ts";
import { edit, post, remove } from "../messages.ts";
import { objOf, textOf } from "../read.ts";
import type { Channel, Message, Obj } from "../records.ts";
import { BOT_ID, BOT_USER } from "../seed.ts";
import { messageJson } from "../wire.ts";
import { directChannel } from "./direct.ts";
import { lacking, type Methods, no, noBecause, ok, type Sought, seek, truthy } from "./method.ts";

/** chat.update's own limit on `text`. */
const MAX_UPDATE_TEXT = 4000;

/** chat.postMessage also takes `#name`, and a person's id for a direct message. */
function seekToPost(inside: Inside, args: Obj): Sought {
  const wanted = textOf(args.channel);
  if (/^[UW]/.test(wanted) && inside.state.users.has(wanted)) return directChannel(inside, wanted);
  const named = [...inside.state.channels.values()].find((channel) => channel.name === wanted.replace(/^#/, ""));
  return seek(inside, { channel: named !== undefined && wanted !== "" ? named.id : wanted });
}

function mayPost(inside: Inside, channel: Channel): Obj | undefined {
  if (channel.archived) return no("is_archived");
  if (channel.members.includes(BOT_USER)) return undefined;
  const canAnyway = channel.kind === "public" && lacking(inside, "chat:write.public") === undefined;
  return canAnyway ? undefined : no("not_in_channel");
}

function threadOf(inside: Inside, channel: Channel, args: Obj): { readonly threadTs?: string } | Obj {
  const ts = textOf(args.thread_ts);
  if (ts === "") return {};
  const parent = inside.state.message(channel.id, ts);
  if (parent === undefined || parent.ephemeralTo !== undefined) return no("thread_not_found");
  return { threadTs: parent.threadTs ?? parent.ts };
}

function postMessage(inside: Inside, args: Obj): Obj {
  const sought = seekToPost(inside, args);
  if (sought.kind === "no") return sought.reply;
  const { channel } = sought;
  const refusal = mayPost(inside, channel);
  if (refusal !== undefined) return refusal;
  const content = readContent(args);
  if (content.kind === "bad") return noBecause(content.error, content.messages);
  const thread = threadOf(inside, channel, args);
  if ("error" in thread) return thread;
  const message = post(inside, {
    channel: channel.id,
    user: BOT_USER,
    botId: BOT_ID,
    text: content.text,
    blocks: content.blocks,
    ...(content.attachments.length > 0 && { attachments: content.attachments }),
    ...(content.metadata !== undefined && { metadata: content.metadata }),
    ...thread,
  });
  const warnings = content.warnings.length > 0 ? { response_metadata: { warnings: content.warnings } } : {};
  return ok({ channel: channel.id, ts: message.ts, message: messageJson(inside, message, "metadata"), ...warnings });
}

function postEphemeral(inside: Inside, args: Obj): Obj {
  const sought = seekToPost(inside, args);
  if (sought.kind === "no") return sought.reply;
  const { channel } = sought;
  const refusal = mayPost(inside, channel);
  if (refusal !== undefined) return refusal;
  const user = textOf(args.user);
  if (!channel.members.includes(user)) return no("user_not_in_channel");
  const content = readContent(args);
  if (content.kind === "bad") return noBecause(content.error, content.messages);
  const thread = threadOf(inside, channel, args);
  if ("error" in thread) return thread;
  const { text, blocks } = content;
  const draft = { channel: channel.id, user: BOT_USER, botId: BOT_ID, text, blocks, ephemeralTo: user, ...thread };
  return ok({ message_ts: post(inside, draft).ts });
}

type Own = { readonly kind: "own"; readonly message: Message } | { readonly kind: "no"; readonly reply: Obj };

/** The app's own stored message; an ephemeral one does not exist for the Web API. */
function ownMessage(inside: Inside, args: Obj, refusal: string): Own {
  const sought = seek(inside, args);
  if (sought.kind === "no") return sought;
  const message = inside.state.message(sought.channel.id, textOf(args.ts));
  if (message === undefined || message.ephemeralTo !== undefined) return { kind: "no", reply: no("message_not_found") };
  if (message.user !== BOT_USER) return { kind: "no", reply: no(refusal) };
  if (sought.channel.archived) return { kind: "no", reply: no("is_archived") };
  return { kind: "own", message };
}

function update(inside: Inside, args: Obj): Obj {
  const own = ownMessage(inside, args, "cant_update_message");
  if (own.kind === "no") return own.reply;
  if (textOf(args.text).length > MAX_UPDATE_TEXT) return no("msg_too_long");
  const content = readContent(args);
  if (content.kind === "bad") return noBecause(content.error, content.messages);
  const { text, metadata } = content;
  // What is not given stays; an empty list removes. Source: docs.slack.dev/reference/methods/chat.update.
  const blocks = args.blocks === undefined ? own.message.blocks : content.blocks;
  const attachments = args.attachments === undefined ? own.message.attachments : content.attachments;
  const said = {
    text: args.text === undefined ? own.message.text : text,
    blocks,
    ...(attachments !== undefined && { attachments }),
    ...(metadata !== undefined && { metadata }),
  };
  const message = edit(inside, own.message, said, BOT_USER);
  return ok({
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageJson(inside, message, "metadata"),
  });
}

function deleteMessage(inside: Inside, args: Obj): Obj {
  const own = ownMessage(inside, args, "cant_delete_message");
  if (own.kind === "no") return own.reply;
  remove(inside, own.message);
  return ok({ channel: own.message.channel, ts: own.message.ts });
}

function getPermalink(inside: Inside, args: Obj): Obj {
  const sought = seek(inside, args);
  if (sought.kind === "no") return sought.reply;
  const message = inside.state.message(sought.channel.id, textOf(args.message_ts));
  if (message === undefined || message.ephemeralTo !== undefined) return no("message_not_found");
  const inThread = message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${message.channel}`;
  const path = `archives/${message.channel}/p${message.ts.replace(".", "")}`;
  return ok({ channel: message.channel, permalink: `${inside.url()}/${path}${inThread}` });
}

const write = { token: "bot", scopes: ["chat:write"] } as const;

export const chat: Methods = {
  "chat.postMessage": { ...write, tier: "posting", run: postMessage },
  "chat.postEphemeral": { ...write, tier: 4, run: postEphemeral },
  "chat.update": { ...write, tier: 3, run: update },
  "chat.delete": { ...write, tier: 3, run: deleteMessage },
  "chat.getPermalink": { token: "bot", scopes: [], tier: "special", run: getPermalink },
  "api.test": {
    token: "none",
    scopes: [],
    tier: 4,
    run: (_, args) => {
      const error = textOf(args.error);
      if (error !== "" && !truthy(error)) return no(error, { args: objOf(args) });
      return ok({ args: objOf(args) });
    },
  },
};
