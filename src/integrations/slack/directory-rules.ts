// Who counts as a member and which channels are ours: decided on Slack's fields, missing ones count against (R13, T7).
import type { Json } from "../../core/json.ts";
import { at, listAt, textAt } from "../../core/json.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Home } from "./home.ts";

/** Why this account can neither ask nor vote, in words that end "… account"; null for full members of the home workspace. */
export function whyNotMember(user: Json, home: Home): string | null {
  if (textAt(user, "id") === "") return "an unknown";
  if (at(user, "deleted") !== false) return "a deactivated";
  if (textAt(user, "id") === "USLACKBOT" || at(user, "is_bot") !== false || at(user, "is_workflow_bot") === true)
    return "a bot's";
  if (at(user, "is_stranger") === true) return "another organisation's";
  if (at(user, "is_ultra_restricted") !== false) return "a single-channel guest's";
  if (at(user, "is_restricted") !== false) return "a guest's";
  if (at(user, "is_invited_user") === true) return "a not yet accepted";
  const inHome =
    textAt(user, "team_id") === home.teamId || listAt(user, "enterprise_user", "teams").includes(home.teamId);
  return inHome ? null : "another workspace's";
}

/** Whether other organisations read along, or could soon. */
export function isShared(channel: Json, home: Home): boolean {
  if (at(channel, "is_ext_shared") === true || at(channel, "is_pending_ext_shared") === true) return true;
  if (listAt(channel, "pending_shared").length > 0 || listAt(channel, "pending_connected_team_ids").length > 0)
    return true;
  if (at(channel, "is_shared") === true && at(channel, "is_org_shared") !== true) return true;
  const strangers = (teams: readonly Json[]) => teams.some((team) => team !== home.teamId);
  return (
    strangers(listAt(channel, "connected_team_ids")) ||
    (at(channel, "is_org_shared") !== true && strangers(listAt(channel, "shared_team_ids")))
  );
}

export function notAMember(userId: string, why: string): Refusal {
  return refuse(
    "not-a-member",
    `${userId} is ${why} account.`,
    "Only full, active members of this workspace can ask and vote. Ask one of them to do it.",
  );
}

export function sharedChannel(name: string): Refusal {
  return refuse(
    "shared-channel",
    `#${name} is shared with another organisation.`,
    "Nothing is shown or done there. Ask in a channel of this workspace only.",
  );
}

export function unknownIdentity(what: string): Refusal {
  return refuse("identity-unknown", `Slack did not say who ${what} is.`, "Nothing was done. Try again in a moment.");
}

export function unknownChannel(channelId: string, code: string): Refusal {
  if (code === "channel_not_found") {
    return refuse(
      "identity-unknown",
      `The bot cannot see the channel ${channelId}, so it does not know who reads along.`,
      "Invite it with /invite @countersign, or ask in a channel that it is in.",
    );
  }
  return refuse(
    "identity-unknown",
    `Slack did not say what channel ${channelId} is.`,
    "Nothing was done. Try again in a moment.",
  );
}
