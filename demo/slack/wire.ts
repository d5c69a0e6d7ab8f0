// People, conversations, messages, files and views as Slack writes them in answers and payloads.
import type { Inside } from "./inside.ts";
import type { Channel, Message, Obj, StoredFile, User, ViewRecord } from "./records.ts";
import { APP_ID, BOT_ID, BOT_USER, SLACKBOT, TEAM } from "./seed.ts";

export function userJson(user: User): Obj {
  const profile = {
    title: user.title,
    real_name: user.realName,
    real_name_normalized: user.realName,
    display_name: user.name,
    display_name_normalized: user.name,
    team: user.teamId,
    status_text: "",
    status_emoji: "",
    ...(user.email !== "" && { email: user.email }),
    ...(user.id === BOT_USER && { bot_id: BOT_ID, api_app_id: APP_ID }),
  };
  const common = { id: user.id, team_id: user.teamId, name: user.name, deleted: user.deleted, profile, updated: 0 };
  if (user.deleted) return { ...common, is_bot: user.isBot, is_app_user: false };
  return {
    ...common,
    color: user.color,
    real_name: user.realName,
    tz: user.tz,
    tz_label: user.tzLabel,
    tz_offset: user.tzOffset,
    is_admin: user.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.isBot && user.id !== SLACKBOT,
    is_app_user: false,
    ...(user.isStranger && { is_stranger: true }),
  };
}

export function channelJson(channel: Channel): Obj {
  const note = (value: string) => ({ value, creator: value === "" ? "" : channel.creator, last_set: 0 });
  const common = {
    id: channel.id,
    created: channel.created,
    updated: channel.created * 1000,
    is_archived: channel.archived,
    is_org_shared: false,
    context_team_id: TEAM.id,
  };
  if (channel.kind === "im") {
    const other = channel.members.find((member) => member !== BOT_USER) ?? "";
    return { ...common, is_im: true, user: other, is_user_deleted: false, priority: 0 };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_mpim: channel.kind === "mpim",
    is_private: channel.kind !== "public",
    is_general: channel.isGeneral,
    is_shared: channel.extShared,
    is_ext_shared: channel.extShared,
    is_pending_ext_shared: false,
    is_member: channel.members.includes(BOT_USER),
    creator: channel.creator,
    topic: note(channel.topic),
    purpose: note(channel.purpose),
    num_members: channel.members.length,
    shared_team_ids: [TEAM.id],
    previous_names: [],
  };
}

export function channelType(channel: Channel): "channel" | "group" | "im" | "mpim" {
  const types = { public: "channel", private: "group", im: "im", mpim: "mpim" } as const;
  return types[channel.kind];
}

/** A message as in histories and interaction payloads; metadata only where it was asked for. */
export function messageJson(inside: Inside, message: Message, include?: "metadata"): Obj {
  const replies = inside.state.replies(message.channel, message.ts);
  const parent = message.threadTs === undefined ? undefined : inside.state.message(message.channel, message.threadTs);
  const thread = message.threadTs ?? (replies.length > 0 ? message.ts : undefined);
  return {
    type: "message",
    ...(message.subtype !== undefined && { subtype: message.subtype }),
    user: message.user,
    ts: message.ts,
    team: TEAM.id,
    text: message.text,
    ...(message.clientMsgId !== undefined && { client_msg_id: message.clientMsgId }),
    ...(message.botId !== undefined && botFields(inside, message)),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments !== undefined && { attachments: message.attachments }),
    ...(message.files.length > 0 && { files: filesJson(inside, message.files), upload: false }),
    ...(message.edited !== undefined && { edited: message.edited }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map((each) => ({ ...each, count: each.users.length })),
    }),
    ...(thread !== undefined && { thread_ts: thread }),
    ...(parent !== undefined && parent.ts !== message.ts && { parent_user_id: parent.user }),
    ...(replies.length > 0 && {
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((each) => each.user))],
      reply_users_count: new Set(replies.map((each) => each.user)).size,
      latest_reply: replies.at(-1)?.ts,
      is_locked: false,
    }),
    ...(include === "metadata" && message.metadata !== undefined && { metadata: message.metadata }),
  };
}

function botFields(inside: Inside, message: Message): Obj {
  const user = inside.state.users.get(message.user);
  return {
    bot_id: message.botId,
    ...(message.botId === BOT_ID && { app_id: APP_ID }),
    bot_profile: {
      id: message.botId,
      name: user?.realName,
      app_id: APP_ID,
      team_id: TEAM.id,
      deleted: false,
      updated: 0,
    },
  };
}

function filesJson(inside: Inside, ids: readonly string[]): readonly Obj[] {
  return ids.map((id) => {
    const file = inside.state.files.get(id);
    return file === undefined ? { id, mode: "tombstone" } : fileJson(inside, file);
  });
}

export function fileJson(inside: Inside, file: StoredFile): Obj {
  const kindsOf = (kind: "public" | "private" | "im") =>
    [...new Set(file.shares.map((share) => share.channel))].filter(
      (id) => inside.state.channels.get(id)?.kind === kind,
    );
  const path = `${inside.url()}/files-pri/${TEAM.id}-${file.id}`;
  const name = encodeURIComponent(file.name);
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.filetype,
    pretty_type: file.filetype.toUpperCase(),
    user: file.user,
    user_team: TEAM.id,
    editable: file.snippet,
    size: file.size,
    mode: file.snippet ? "snippet" : "hosted",
    is_external: false,
    external_type: "",
    is_public: kindsOf("public").length > 0,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: `${path}/${name}`,
    url_private_download: `${path}/download/${name}`,
    permalink: `${inside.url()}/files/${file.user}/${file.id}/${name}`,
    file_access: "visible",
    has_rich_preview: false,
    channels: kindsOf("public"),
    groups: kindsOf("private"),
    ims: kindsOf("im"),
    comments_count: 0,
    shares: sharesJson(inside, file),
  };
}

function sharesJson(inside: Inside, file: StoredFile): Obj {
  const grouped: Record<"public" | "private", Record<string, Obj[]>> = { public: {}, private: {} };
  for (const { channel, ts, threadTs } of file.shares) {
    const side = inside.state.channels.get(channel)?.kind === "public" ? "public" : "private";
    const list = grouped[side][channel] ?? [];
    list.push({ ts, ...(threadTs !== undefined && { thread_ts: threadTs }), team_id: TEAM.id, source: "UNKNOWN" });
    grouped[side][channel] = list;
  }
  return grouped;
}

/** A view as the app gets it back, with `state` as last submitted or typed. */
export function viewJson(record: ViewRecord): Obj {
  const { view } = record;
  return {
    id: record.id,
    team_id: TEAM.id,
    type: record.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? "",
    callback_id: view.callback_id ?? "",
    external_id: view.external_id ?? "",
    state: { values: record.values },
    hash: record.hash,
    title: view.title ?? { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id: record.previousViewId,
    root_view_id: record.rootViewId,
    app_id: APP_ID,
    app_installed_team_id: TEAM.id,
    bot_id: BOT_ID,
  };
}
