// conversations.*, the reading half: lists, facts, members, histories. Source: docs.slack.dev/reference/methods/conversations.list and siblings.
import type { Inside } from "../inside.ts";
import { textOf } from "../read.ts";
import type { Channel, ChannelKind, Message, Obj } from "../records.ts";
import { BOT_USER } from "../seed.ts";
import { channelJson, messageJson } from "../wire.ts";
import { anyScope, lacking, type Methods, no, numberOf, ok, pageOf, seekFor, truthy } from "./method.ts";

const kindNames: Readonly<Record<string, ChannelKind>> = {
  public_channel: "public",
  private_channel: "private",
  im: "im",
  mpim: "mpim",
};
const readScopes = { public: "channels:read", private: "groups:read", im: "im:read", mpim: "mpim:read" } as const;

type Kinds =
  | { readonly kind: "kinds"; readonly kinds: readonly ChannelKind[] }
  | { readonly kind: "no"; readonly reply: Obj };

/** The kinds of conversation asked for; each needs its own scope. */
function kindsOf(inside: Inside, args: Obj): Kinds {
  const kinds: ChannelKind[] = [];
  for (const name of (textOf(args.types) || "public_channel").split(",")) {
    const kind = kindNames[name.trim()];
    if (kind === undefined) return { kind: "no", reply: no("invalid_types") };
    const refusal = lacking(inside, readScopes[kind]);
    if (refusal !== undefined) return { kind: "no", reply: refusal };
    kinds.push(kind);
  }
  return { kind: "kinds", kinds };
}

/** Conversations of these kinds that the app can see and `keep` lets through, by pages. */
export function listChannels(inside: Inside, args: Obj, keep: (channel: Channel) => boolean): Obj {
  const asked = kindsOf(inside, args);
  if (asked.kind === "no") return asked.reply;
  const seen = [...inside.state.channels.values()].filter(
    (channel) =>
      asked.kinds.includes(channel.kind) &&
      (channel.kind === "public" || channel.members.includes(BOT_USER)) &&
      !(channel.archived && truthy(args.exclude_archived)) &&
      keep(channel),
  );
  const page = pageOf(seen, args, { usual: 100, most: 1000 });
  if (page === undefined) return no("invalid_cursor");
  return ok({ channels: page.items.map(channelJson), response_metadata: { next_cursor: page.nextCursor } });
}

function info(inside: Inside, args: Obj): Obj {
  const sought = seekFor(inside, args, "read");
  if (sought.kind === "no") return sought.reply;
  const { num_members, ...channel } = channelJson(sought.channel);
  return ok({ channel: truthy(args.include_num_members) ? { ...channel, num_members } : channel });
}

function members(inside: Inside, args: Obj): Obj {
  const sought = seekFor(inside, args, "read");
  if (sought.kind === "no") return sought.reply;
  const page = pageOf(sought.channel.members, args, { usual: 100, most: 1000 });
  if (page === undefined) return no("invalid_cursor");
  return ok({ members: page.items, response_metadata: { next_cursor: page.nextCursor } });
}

/** Messages within `oldest` and `latest`, exclusive unless `inclusive`. */
function within(args: Obj): (message: Message) => boolean {
  const oldest = Number(textOf(args.oldest) || 0);
  const latest = textOf(args.latest) === "" || args.latest === "now" ? Number.POSITIVE_INFINITY : Number(args.latest);
  const inclusive = truthy(args.inclusive);
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function answerMessages(inside: Inside, channel: Channel, found: readonly Message[], args: Obj): Obj {
  const page = pageOf(found, args, { usual: 100, most: 999 });
  if (page === undefined) return no("invalid_cursor");
  const include = truthy(args.include_all_metadata) ? "metadata" : undefined;
  return ok({
    messages: page.items.map((message) => messageJson(inside, message, include)),
    has_more: page.nextCursor !== "",
    pin_count: channel.pins.length,
    ...(page.nextCursor !== "" && { response_metadata: { next_cursor: page.nextCursor } }),
  });
}

function history(inside: Inside, args: Obj): Obj {
  const sought = seekFor(inside, args, "history");
  if (sought.kind === "no") return sought.reply;
  const { channel } = sought;
  if (!channel.members.includes(BOT_USER)) return no("not_in_channel");
  const top = inside.state.messages(channel.id).filter((each) => each.threadTs === undefined);
  return answerMessages(inside, channel, top.filter(within(args)).toReversed(), args);
}

function replies(inside: Inside, args: Obj): Obj {
  const sought = seekFor(inside, args, "history");
  if (sought.kind === "no") return sought.reply;
  const { channel } = sought;
  if (!channel.members.includes(BOT_USER)) return no("not_in_channel");
  const message = inside.state.message(channel.id, textOf(args.ts));
  if (message === undefined || message.ephemeralTo !== undefined) return no("thread_not_found");
  const parent = inside.state.message(channel.id, message.threadTs ?? message.ts);
  const answers = inside.state.replies(channel.id, message.threadTs ?? message.ts).filter(within(args));
  const thread = parent === undefined ? answers : [parent, ...answers];
  return answerMessages(inside, channel, thread, { ...args, limit: numberOf(args.limit, 1000) });
}

const read = { token: "bot", scopes: anyScope("read") } as const;
const heard = { token: "bot", scopes: anyScope("history") } as const;

export const conversations: Methods = {
  "conversations.list": { ...read, tier: 2, run: (inside, args) => listChannels(inside, args, () => true) },
  "conversations.info": { ...read, tier: 3, run: info },
  "conversations.members": { ...read, tier: 4, run: members },
  "conversations.history": { ...heard, tier: 3, run: history },
  "conversations.replies": { ...heard, tier: 3, run: replies },
};
