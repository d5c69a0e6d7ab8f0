// Events API: which events the app is sent for what happens, wrapped as Slack wraps them.
import type { Inside } from "./inside.ts";
import type { Channel, Message, Obj, StoredFile } from "./records.ts";
import { APP_ID, BOT_USER, TEAM } from "./seed.ts";
import { channelType, messageJson, viewJson } from "./wire.ts";

/** The scope an event needs, by its name in the manifest; events not listed here need none. */
const scopeOf: Readonly<Record<string, string>> = {
  "message.channels": "channels:history",
  "message.groups": "groups:history",
  "message.im": "im:history",
  "message.mpim": "mpim:history",
  app_mention: "app_mentions:read",
  reaction_added: "reactions:read",
  file_shared: "files:read",
  member_joined_channel: "channels:read",
};

export const allEvents: readonly string[] = [...Object.keys(scopeOf), "app_home_opened"];

function announce(inside: Inside, name: string, event: Obj, channel?: Channel): void {
  const { events, scopes, installed } = inside.app();
  const scope = scopeOf[name];
  if (!installed || !events.has(name) || (scope !== undefined && !scopes.has(scope))) return;
  void inside.courier.announce({
    token: "local-verification-token",
    team_id: TEAM.id,
    context_team_id: TEAM.id,
    context_enterprise_id: null,
    api_app_id: APP_ID,
    event,
    type: "event_callback",
    event_id: inside.state.newId("Ev"),
    event_time: Math.floor(inside.clock.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: TEAM.id, user_id: BOT_USER, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: channel?.extShared ?? false,
    event_context: `4-${inside.newSecret()}`,
  });
}

function manifestName(channel: Channel): string {
  return `message.${{ public: "channels", private: "groups", im: "im", mpim: "mpim" }[channel.kind]}`;
}

/** The app hears only conversations that it is in. */
function heard(inside: Inside, channelId: string): Channel | undefined {
  const channel = inside.state.channels.get(channelId);
  return channel?.members.includes(BOT_USER) ? channel : undefined;
}

export function messagePosted(inside: Inside, message: Message): void {
  const channel = heard(inside, message.channel);
  if (channel === undefined) return;
  const common = { ...messageJson(inside, message), channel: channel.id, event_ts: message.ts };
  announce(inside, manifestName(channel), { ...common, channel_type: channelType(channel) }, channel);
  if (channel.kind !== "im" && message.user !== BOT_USER && message.text.includes(`<@${BOT_USER}>`)) {
    const { subtype: _, ...mention } = messageJson(inside, message);
    announce(
      inside,
      "app_mention",
      { ...mention, type: "app_mention", channel: channel.id, event_ts: message.ts },
      channel,
    );
  }
}

export function messageChanged(inside: Inside, before: Message, after: Message): void {
  const channel = heard(inside, after.channel);
  if (channel === undefined) return;
  const ts = inside.state.newTs();
  const event = {
    type: "message",
    subtype: "message_changed",
    hidden: true,
    message: messageJson(inside, after),
    previous_message: messageJson(inside, before),
    channel: channel.id,
    ts,
    event_ts: ts,
    channel_type: channelType(channel),
  };
  announce(inside, manifestName(channel), event, channel);
}

export function messageDeleted(inside: Inside, before: Message): void {
  const channel = heard(inside, before.channel);
  if (channel === undefined) return;
  const ts = inside.state.newTs();
  const event = {
    type: "message",
    subtype: "message_deleted",
    hidden: true,
    deleted_ts: before.ts,
    previous_message: messageJson(inside, before),
    channel: channel.id,
    ts,
    event_ts: ts,
    channel_type: channelType(channel),
  };
  announce(inside, manifestName(channel), event, channel);
}

export function reactionAdded(inside: Inside, message: Message, user: string, reaction: string): void {
  const channel = heard(inside, message.channel);
  if (channel === undefined) return;
  const item = { type: "message", channel: channel.id, ts: message.ts };
  const event_ts = inside.state.newTs();
  announce(
    inside,
    "reaction_added",
    { type: "reaction_added", user, reaction, item_user: message.user, item, event_ts },
    channel,
  );
}

export function fileShared(inside: Inside, file: StoredFile, channelId: string): void {
  const channel = heard(inside, channelId);
  if (channel === undefined) return;
  const event = {
    type: "file_shared",
    file_id: file.id,
    user_id: file.user,
    file: { id: file.id },
    channel_id: channelId,
    event_ts: inside.state.newTs(),
  };
  announce(inside, "file_shared", event, channel);
}

export function homeOpened(inside: Inside, user: string, channelId: string): void {
  const home = inside.state.homes.get(user);
  announce(inside, "app_home_opened", {
    type: "app_home_opened",
    user,
    channel: channelId,
    tab: "home",
    ...(home !== undefined && { view: viewJson(home) }),
    event_ts: inside.state.newTs(),
  });
}

export function memberJoined(inside: Inside, channel: Channel, user: string, inviter: string): void {
  const event = {
    type: "member_joined_channel",
    user,
    channel: channel.id,
    channel_type: channel.kind === "public" ? "C" : "G",
    team: TEAM.id,
    inviter,
    event_ts: inside.state.newTs(),
  };
  announce(inside, "member_joined_channel", event, channel);
}
