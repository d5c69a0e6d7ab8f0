// pins.*, bookmarks.*, reactions.*: what hangs on channels and messages. Source: docs.slack.dev/reference/methods.
import type { Inside } from "../inside.ts";
import { react } from "../messages.ts";
import { textOf } from "../read.ts";
import type { Bookmark, Channel, Message, Obj } from "../records.ts";
import { APP_ID, BOT_USER, TEAM } from "../seed.ts";
import { messageJson } from "../wire.ts";
import { type Methods, no, noBecause, ok, seek } from "./method.ts";

const MAX_PINS = 100;

type On = { readonly kind: "on"; readonly channel: Channel } | { readonly kind: "no"; readonly reply: Obj };

function ownChannel(inside: Inside, id: unknown): On {
  const sought = seek(inside, { channel: id });
  if (sought.kind === "no") return sought;
  if (!sought.channel.members.includes(BOT_USER)) return { kind: "no", reply: no("not_in_channel") };
  return sought.channel.archived ? { kind: "no", reply: no("is_archived") } : { kind: "on", channel: sought.channel };
}

function stored(inside: Inside, channel: Channel, ts: unknown): Message | undefined {
  const message = inside.state.message(channel.id, textOf(ts));
  return message?.ephemeralTo === undefined ? message : undefined;
}

function addPin(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel);
  if (on.kind === "no") return on.reply;
  const message = stored(inside, on.channel, args.timestamp);
  if (message === undefined) return no("message_not_found");
  if (on.channel.pins.some((pin) => pin.ts === message.ts)) return no("already_pinned");
  if (on.channel.pins.length >= MAX_PINS) return no("too_many_pins");
  const pin = { ts: message.ts, by: BOT_USER, at: Math.floor(inside.clock.now() / 1000) };
  inside.state.putChannel({ ...on.channel, pins: [...on.channel.pins, pin] });
  return ok();
}

function removePin(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel);
  if (on.kind === "no") return on.reply;
  const pins = on.channel.pins.filter((pin) => pin.ts !== args.timestamp);
  if (pins.length === on.channel.pins.length) return no("no_pin");
  inside.state.putChannel({ ...on.channel, pins });
  return ok();
}

function listPins(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel);
  if (on.kind === "no") return on.reply;
  const items = on.channel.pins.flatMap((pin) => {
    const message = stored(inside, on.channel, pin.ts);
    if (message === undefined) return [];
    const json = messageJson(inside, message);
    return [{ type: "message", created: pin.at, created_by: pin.by, channel: on.channel.id, message: json }];
  });
  return ok({ items });
}

function bookmarkJson(channel: Channel, bookmark: Bookmark): Obj {
  return {
    id: bookmark.id,
    channel_id: channel.id,
    title: bookmark.title,
    link: bookmark.link,
    emoji: bookmark.emoji,
    icon_url: "",
    type: "link",
    entity_id: null,
    date_created: bookmark.createdAt,
    date_updated: bookmark.createdAt,
    rank: "i",
    last_updated_by_user_id: BOT_USER,
    last_updated_by_team_id: TEAM.id,
    shortcut_id: null,
    app_id: APP_ID,
  };
}

function addBookmark(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel_id);
  if (on.kind === "no") return on.reply;
  const [title, link] = [textOf(args.title), textOf(args.link)];
  if (title === "") return noBecause("invalid_arguments", ["missing required field: title"]);
  if (args.type !== "link") return no("invalid_bookmark_type");
  if (!/^(https?|mailto):/.test(link)) return no("invalid_link");
  const createdAt = Math.floor(inside.clock.now() / 1000);
  const bookmark = { id: inside.state.newId("Bk"), title, link, emoji: textOf(args.emoji), createdAt };
  inside.state.putChannel({ ...on.channel, bookmarks: [...on.channel.bookmarks, bookmark] });
  return ok({ bookmark: bookmarkJson(on.channel, bookmark) });
}

function editBookmark(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel_id);
  if (on.kind === "no") return on.reply;
  const old = on.channel.bookmarks.find((each) => each.id === args.bookmark_id);
  if (old === undefined) return no("bookmark_not_found");
  const given = (name: "title" | "link" | "emoji") => (args[name] === undefined ? old[name] : textOf(args[name]));
  const bookmark = { ...old, title: given("title"), link: given("link"), emoji: given("emoji") };
  const bookmarks = on.channel.bookmarks.map((each) => (each === old ? bookmark : each));
  inside.state.putChannel({ ...on.channel, bookmarks });
  return ok({ bookmark: bookmarkJson(on.channel, bookmark) });
}

function listBookmarks(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel_id);
  if (on.kind === "no") return on.reply;
  return ok({ bookmarks: on.channel.bookmarks.map((bookmark) => bookmarkJson(on.channel, bookmark)) });
}

function addReaction(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel);
  if (on.kind === "no") return on.reply;
  const message = stored(inside, on.channel, args.timestamp);
  if (message === undefined) return no("message_not_found");
  const name = textOf(args.name);
  if (!/^[a-z0-9_'+-]+(::skin-tone-[2-6])?$/.test(name)) return no("invalid_name");
  return react(inside, message, BOT_USER, name) ? ok() : no("already_reacted");
}

function getReactions(inside: Inside, args: Obj): Obj {
  const on = ownChannel(inside, args.channel);
  if (on.kind === "no") return on.reply;
  const message = stored(inside, on.channel, args.timestamp);
  if (message === undefined) return no("message_not_found");
  return ok({ type: "message", channel: on.channel.id, message: messageJson(inside, message) });
}

const bot = (scope: string) => ({ token: "bot", scopes: [scope] }) as const;

export const marks: Methods = {
  "pins.add": { ...bot("pins:write"), tier: 2, run: addPin },
  "pins.list": { ...bot("pins:read"), tier: 2, run: listPins },
  "pins.remove": { ...bot("pins:write"), tier: 2, run: removePin },
  "bookmarks.add": { ...bot("bookmarks:write"), tier: 2, run: addBookmark },
  "bookmarks.edit": { ...bot("bookmarks:write"), tier: 2, run: editBookmark },
  "bookmarks.list": { ...bot("bookmarks:read"), tier: 3, run: listBookmarks },
  "reactions.add": { ...bot("reactions:write"), tier: 3, run: addReaction },
  "reactions.get": { ...bot("reactions:read"), tier: 3, run: getReactions },
};
