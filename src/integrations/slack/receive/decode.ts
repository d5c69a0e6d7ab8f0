// Slack's payloads, whichever way they came, as what they mean; pure, and strict about who may speak (R13, T7).
import type { Json } from "../../../core/json.ts";
import { at, listAt, textAt } from "../../../core/json.ts";
import type { SlackAccount } from "../../../core/person.ts";
import type { Home } from "../home.ts";
import { actionOf } from "../render/controls.ts";
import { decodeEvent } from "./decode-event.ts";
import { decodeFile, sourceMessage } from "./decode-message.ts";
import type { FileRef, Incoming, Trigger } from "./incoming.ts";

export const shortcuts = { applyMessage: "apply_manifest", newRequest: "new_request" } as const;

export function decode(body: Json, home: Home): Incoming {
  const type = textAt(body, "type");
  if (textAt(body, "command") !== "") return decodeCommand(body, home);
  if (type === "event_callback") return decodeEvent(body, home);
  const userId = textAt(body, "user", "id");
  if (userId === "") return ignored(`payload of type ${type === "" ? "none" : type}`);
  const trigger = triggerOf(body);
  if (!isHome(textAt(body, "user", "team_id") || textAt(body, "team", "id"), home))
    return { kind: "foreign", userId, trigger };
  switch (type) {
    case "block_actions":
      return decodeButton(body, home, trigger);
    case "view_submission":
      return decodeSubmission(body, userId, trigger);
    case "message_action":
      return decodeMessageShortcut(body, home, trigger);
    case "shortcut":
      return decodeGlobalShortcut(body, home, trigger);
    default:
      return ignored(`payload of type ${type}`);
  }
}

function decodeCommand(body: Json, home: Home): Incoming {
  const userId = textAt(body, "user_id");
  const channelId = textAt(body, "channel_id");
  const triggerId = textAt(body, "trigger_id");
  const trigger: Trigger = { triggerId, responseUrl: textAt(body, "response_url") };
  // A parameter given twice arrives as a list and reads as "": refused, not guessed.
  if (userId === "" || channelId === "" || triggerId === "") return ignored("incomplete slash command");
  if (!isHome(textAt(body, "team_id"), home)) return { kind: "foreign", userId, trigger };
  const origin = {
    account: accountOf(userId, home),
    channelId,
    threadTs: null,
    surface: "slash",
    deliveryKey: `slash:${triggerId}`,
  } as const;
  return { kind: "command", origin, command: textAt(body, "command"), text: textAt(body, "text"), trigger };
}

function decodeButton(body: Json, home: Home, trigger: Trigger): Incoming {
  const userId = textAt(body, "user", "id");
  const pressed = at(body, "actions", 0);
  const action = actionOf(textAt(pressed, "action_id"));
  if (action === null) return ignored("action that is not the bot's");
  const channelId = textAt(body, "container", "channel_id") || textAt(body, "channel", "id");
  const ts = textAt(body, "container", "message_ts") || textAt(body, "message", "ts");
  const threadTs = textAt(body, "message", "thread_ts") || textAt(body, "container", "thread_ts");
  const value = textAt(pressed, "value") || textAt(pressed, "selected_option", "value");
  const place = ts === "" ? `home:${textAt(body, "view", "id")}` : `${channelId}:${ts}`;
  const key = `action:${home.teamId}:${place}:${userId}:${textAt(pressed, "action_id")}:${textAt(pressed, "action_ts") || trigger.triggerId}`;
  const origin = {
    account: accountOf(userId, home),
    channelId,
    threadTs: threadTs === "" ? null : threadTs,
    surface: "button",
    deliveryKey: key,
  } as const;
  return { kind: "button", origin, action, value, card: { channelId, ts }, trigger };
}

function decodeSubmission(body: Json, userId: string, trigger: Trigger): Incoming {
  const viewId = textAt(body, "view", "id");
  const values = new Map<string, { text: string; files: readonly FileRef[] }>();
  for (const [blockId, elements] of entries(at(body, "view", "state", "values"))) {
    for (const [, element] of entries(elements)) {
      const picked = textAt(element, "value") || textAt(element, "selected_option", "value");
      values.set(blockId, {
        text: picked || textAt(element, "selected_conversation"),
        files: listAt(element, "files").flatMap(decodeFile),
      });
    }
  }
  return {
    kind: "submission",
    userId,
    viewId,
    // Id and hash stay the same when a submission was answered with errors and is submitted again: the trigger tells.
    deliveryKey: `view:${viewId}:${textAt(body, "view", "hash")}:${trigger.triggerId}`,
    callbackId: textAt(body, "view", "callback_id"),
    metadata: textAt(body, "view", "private_metadata"),
    values,
    trigger,
  };
}

function decodeMessageShortcut(body: Json, home: Home, trigger: Trigger): Incoming {
  if (textAt(body, "callback_id") !== shortcuts.applyMessage) return ignored("unknown message shortcut");
  const channelId = textAt(body, "channel", "id");
  const threadTs = textAt(body, "message", "thread_ts");
  const ts = textAt(body, "message", "ts");
  const origin = {
    account: accountOf(textAt(body, "user", "id"), home),
    channelId,
    threadTs: threadTs === "" ? null : threadTs,
    surface: "shortcut",
    deliveryKey: `shortcut:${channelId}:${ts}:${textAt(body, "user", "id")}:${textAt(body, "action_ts") || trigger.triggerId}`,
  } as const;
  return { kind: "apply-message", origin, source: sourceMessage(at(body, "message") ?? null), trigger };
}

function decodeGlobalShortcut(body: Json, home: Home, trigger: Trigger): Incoming {
  if (textAt(body, "callback_id") !== shortcuts.newRequest) return ignored("unknown shortcut");
  const userId = textAt(body, "user", "id");
  const deliveryKey = `shortcut:${userId}:${textAt(body, "action_ts") || trigger.triggerId}`;
  const origin = {
    account: accountOf(userId, home),
    channelId: "",
    threadTs: null,
    surface: "shortcut",
    deliveryKey,
  } as const;
  return { kind: "new-request", origin, trigger };
}

function triggerOf(body: Json): Trigger {
  return {
    triggerId: textAt(body, "trigger_id"),
    responseUrl: textAt(body, "response_url") || textAt(body, "response_urls", 0, "response_url"),
  };
}

export function accountOf(userId: string, home: Home): SlackAccount {
  return { enterpriseId: home.enterpriseId, teamId: home.teamId, userId };
}

function isHome(teamId: string, home: Home): boolean {
  return teamId === home.teamId;
}

function entries(value: Json | undefined): readonly (readonly [string, Json])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

const ignored = (because: string): Incoming => ({ kind: "ignored", because });
