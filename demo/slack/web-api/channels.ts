// conversations.*, the changing half: open, create, join, invite, topic, purpose, archive. Source: docs.slack.dev/reference/methods/conversations.create and siblings.
import { memberJoined } from "../events.ts";
import type { Inside } from "../inside.ts";
import { listOf, textOf } from "../read.ts";
import type { Channel, Obj } from "../records.ts";
import { BOT_USER, channel as newChannel } from "../seed.ts";
import { channelJson } from "../wire.ts";
import { directChannel } from "./direct.ts";
import { lacking, type Methods, no, ok, seekFor, seekOwn, truthy, writeScopes } from "./method.ts";

/** Source: the limit of conversations.setTopic and setPurpose. */
const MAX_TOPIC = 250;
const MAX_NAME = 80;

function usersArg(args: Obj): readonly string[] {
  const listed = listOf(args.users).filter((each) => typeof each === "string");
  return listed.length > 0
    ? listed
    : textOf(args.users)
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each !== "");
}

function open(inside: Inside, args: Obj): Obj {
  const wanted = usersArg(args);
  const short = (channel: Channel) => (truthy(args.return_im) ? channelJson(channel) : { id: channel.id });
  if (textOf(args.channel) !== "") {
    const sought = seekFor(inside, args, "read");
    return sought.kind === "no"
      ? sought.reply
      : ok({ no_op: true, already_open: true, channel: short(sought.channel) });
  }
  const [first, ...more] = wanted;
  if (first === undefined) return no("users_list_not_supplied");
  if (more.length > 0) return openGroup(inside, wanted);
  const refusal = lacking(inside, "im:write");
  if (refusal !== undefined) return refusal;
  const before = inside.state.channels.size;
  const direct = directChannel(inside, first);
  if (direct.kind === "no") return direct.reply;
  const known = inside.state.channels.size === before ? { no_op: true, already_open: true } : {};
  return ok({ ...known, channel: short(direct.channel) });
}

function openGroup(inside: Inside, users: readonly string[]): Obj {
  const refusal = lacking(inside, "mpim:write");
  if (refusal !== undefined) return refusal;
  if (users.some((user) => !inside.state.users.has(user))) return no("user_not_found");
  if (users.length > 8) return no("too_many_users");
  const members = [...new Set([...users, BOT_USER])].toSorted();
  const open = [...inside.state.channels.values()].find(
    (channel) => channel.kind === "mpim" && channel.members.toSorted().join() === members.join(),
  );
  if (open !== undefined) return ok({ no_op: true, already_open: true, channel: { id: open.id } });
  const names = members.map((id) => inside.state.users.get(id)?.name ?? id);
  const channel = created(inside, `mpdm-${names.join("--")}-1`, "mpim", members);
  return ok({ channel: { id: channel.id } });
}

function created(inside: Inside, name: string, kind: Channel["kind"], members: readonly string[]): Channel {
  const channel = newChannel({
    id: inside.state.newId("C"),
    name,
    kind,
    creator: BOT_USER,
    created: Math.floor(inside.clock.now() / 1000),
    members,
  });
  inside.state.putChannel(channel);
  return channel;
}

function create(inside: Inside, args: Obj): Obj {
  const name = textOf(args.name);
  if (name === "") return no("invalid_name_required");
  if (name.length > MAX_NAME) return no("invalid_name_maxlength");
  if (!/^[a-z0-9_-]+$/.test(name)) return no("invalid_name_specials");
  const kind = truthy(args.is_private) ? "private" : "public";
  const refusal = lacking(inside, kind === "private" ? "groups:write" : "channels:manage");
  if (refusal !== undefined) return refusal;
  if ([...inside.state.channels.values()].some((channel) => channel.name === name)) return no("name_taken");
  return ok({ channel: channelJson(created(inside, name, kind, [BOT_USER])) });
}

function join(inside: Inside, args: Obj): Obj {
  const sought = seekFor(inside, args, "read");
  if (sought.kind === "no") return sought.reply;
  const { channel } = sought;
  if (channel.kind !== "public") return no("method_not_supported_for_channel_type");
  if (channel.archived) return no("is_archived");
  if (channel.members.includes(BOT_USER)) {
    return ok({
      channel: channelJson(channel),
      warning: "already_in_channel",
      response_metadata: { warnings: ["already_in_channel"] },
    });
  }
  return ok({ channel: channelJson(withMembers(inside, channel, [BOT_USER])) });
}

function withMembers(inside: Inside, channel: Channel, users: readonly string[]): Channel {
  const next = { ...channel, members: [...channel.members, ...users] };
  inside.state.putChannel(next);
  for (const user of users) memberJoined(inside, next, user, BOT_USER);
  return next;
}

function invite(inside: Inside, args: Obj): Obj {
  const sought = seekOwn(inside, args, "write");
  if (sought.kind === "no") return sought.reply;
  const users = usersArg(args);
  if (users.length === 0) return no("no_user");
  if (users.includes(BOT_USER)) return no("cant_invite_self");
  const unfit = users.find((id) => inside.state.users.get(id)?.deleted !== false);
  if (unfit !== undefined)
    return no("user_not_found", { errors: [{ user: unfit, ok: false, error: "user_not_found" }] });
  const present = users.find((id) => sought.channel.members.includes(id));
  if (present !== undefined && !truthy(args.force)) {
    return no("already_in_channel", { errors: [{ user: present, ok: false, error: "already_in_channel" }] });
  }
  const fresh = users.filter((id) => !sought.channel.members.includes(id));
  return ok({ channel: channelJson(withMembers(inside, sought.channel, fresh)) });
}

function setNote(field: "topic" | "purpose") {
  return (inside: Inside, args: Obj): Obj => {
    const sought = seekOwn(inside, args, "write");
    if (sought.kind === "no") return sought.reply;
    const value = textOf(args[field]);
    if (value.length > MAX_TOPIC) return no("too_long");
    const channel = { ...sought.channel, [field]: value };
    inside.state.putChannel(channel);
    return ok({ [field]: value, channel: channelJson(channel) });
  };
}

function archive(inside: Inside, args: Obj): Obj {
  const sought = seekFor(inside, args, "write");
  if (sought.kind === "no") return sought.reply;
  const { channel } = sought;
  if (channel.archived) return no("already_archived");
  if (channel.isGeneral) return no("cant_archive_general");
  if (!channel.members.includes(BOT_USER)) return no("not_in_channel");
  inside.state.putChannel({ ...channel, archived: true });
  return ok();
}

const write = { token: "bot", scopes: writeScopes } as const;

export const channels: Methods = {
  "conversations.open": { ...write, tier: 3, run: open },
  "conversations.create": { ...write, tier: 2, run: create },
  "conversations.join": { token: "bot", scopes: ["channels:join"], tier: 3, run: join },
  "conversations.invite": { ...write, tier: 3, run: invite },
  "conversations.setTopic": { ...write, tier: 2, run: setNote("topic") },
  "conversations.setPurpose": { ...write, tier: 2, run: setNote("purpose") },
  "conversations.archive": { ...write, tier: 2, run: archive },
};
