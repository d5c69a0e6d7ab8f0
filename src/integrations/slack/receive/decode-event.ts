// Events: messages that are commands, mentions, App Home, and posts of ours that somebody changed.
import type { Json } from "../../../core/json.ts";
import { at, listAt, textAt } from "../../../core/json.ts";
import type { Home } from "../home.ts";
import { decodeFile, fencedOf, splitFence, threadOf } from "./decode-message.ts";
import type { Incoming } from "./incoming.ts";
import { leafLetters } from "./letters.ts";

export function decodeEvent(body: Json, home: Home): Incoming {
  const event = at(body, "event") ?? null;
  const type = textAt(event, "type");
  if (textAt(body, "team_id") !== home.teamId) return ignored("event of another workspace");
  if (type === "app_home_opened") return decodeHome(body, event);
  if (type !== "message" && type !== "app_mention") return ignored(`event ${type}`);
  const subtype = textAt(event, "subtype");
  if (type === "message" && (subtype === "message_changed" || subtype === "message_deleted")) {
    return decodeAltered(event, home, subtype);
  }
  // Slack Connect: nothing is even read there (R13).
  if (at(body, "is_ext_shared_channel") === true) return ignored("shared channel");
  return decodeMessage(event, home);
}

/** Only what a member of this workspace typed just now: no bots, no edits, no joins, no other subtype. */
function decodeMessage(event: Json, home: Home): Incoming {
  const subtype = textAt(event, "subtype");
  const userId = textAt(event, "user");
  const channelId = textAt(event, "channel");
  const ts = textAt(event, "ts");
  if (subtype !== "" && subtype !== "file_share") return ignored(`message ${subtype}`);
  if (at(event, "bot_id") !== undefined || at(event, "bot_profile") !== undefined || userId === home.botUserId)
    return ignored("message of a bot");
  if (at(event, "edited") !== undefined || at(event, "hidden") === true) return ignored("edited message");
  const team = textAt(event, "user_team") || textAt(event, "team");
  if (team !== "" && team !== home.teamId) return ignored("message of another workspace");
  if (textAt(event, "source_team") !== "" && textAt(event, "source_team") !== home.teamId)
    return ignored("message of another workspace");
  if (userId === "" || channelId === "" || ts === "") return ignored("incomplete message");
  const threadTs = threadOf(event);
  const said = commandIn(textAt(event, "text"), {
    threadTs,
    isDirect: textAt(event, "channel_type") === "im",
    botUserId: home.botUserId,
  });
  if (said === null) return ignored("not a command");
  const { before } = splitFence(said.text);
  return {
    kind: "message",
    origin: {
      account: { enterpriseId: home.enterpriseId, teamId: home.teamId, userId },
      channelId,
      threadTs,
      surface: said.surface,
      deliveryKey: `message:${home.teamId}:${channelId}:${ts}`,
    },
    text: before.trim(),
    fenced: fencedOf(event),
    files: listAt(event, "files").flatMap(decodeFile),
  };
}

export interface Said {
  readonly threadTs: string | null;
  readonly isDirect: boolean;
  readonly botUserId: string;
}

/**
 * The command in a message, or null. The same for the `message` and the `app_mention` event of one message, so that whichever
 * comes first means the same.
 */
export function commandIn(
  text: string,
  said: Said,
): { readonly text: string; readonly surface: "mention" | "thread" } | null {
  const trimmed = text.trim();
  if (trimmed.startsWith("!") && said.threadTs !== null) return { text: trimmed.slice(1).trim(), surface: "thread" };
  const mention = new RegExp(`<@${said.botUserId}(?:\\|[^<>]*)?>`).exec(trimmed);
  if (mention !== null) return { text: trimmed.slice(mention.index + mention[0].length).trim(), surface: "mention" };
  if (said.isDirect && trimmed !== "") return { text: trimmed.replace(/^!/, "").trim(), surface: "mention" };
  return null;
}

function decodeHome(body: Json, event: Json): Incoming {
  if (textAt(event, "tab") !== "" && textAt(event, "tab") !== "home") return ignored("other tab");
  const userId = textAt(event, "user");
  if (userId === "") return ignored("incomplete event");
  return { kind: "home", userId, deliveryKey: `event:${textAt(body, "event_id")}` };
}

/** Our own updates come back as `message_changed` too: who changed it, or what it says now, tells them apart. */
function decodeAltered(event: Json, home: Home, subtype: string): Incoming {
  const before = at(event, "previous_message") ?? null;
  const after = at(event, "message") ?? null;
  const ours = textAt(before, "user") === home.botUserId || textAt(before, "bot_id") === home.botId;
  if (!ours) return ignored("change of a message that is not the bot's");
  const deleted = subtype === "message_deleted" || textAt(after, "subtype") === "tombstone";
  const channelId = textAt(event, "channel");
  const ts = textAt(before, "ts") || textAt(event, "deleted_ts");
  if (channelId === "" || ts === "") return ignored("incomplete event");
  const by = textAt(after, "edited", "user");
  return {
    kind: "altered",
    channelId,
    ts,
    how: deleted ? "deleted" : "edited",
    byUserId: by === "" ? null : by,
    text: deleted ? "" : leafLetters(after),
    deliveryKey: `altered:${channelId}:${ts}:${textAt(event, "event_ts") || textAt(event, "ts")}`,
  };
}

const ignored = (because: string): Incoming => ({ kind: "ignored", because });
