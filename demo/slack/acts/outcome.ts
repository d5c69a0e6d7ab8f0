// What comes of something a person does, and the words Slack shows when the app did not answer well.
import type { Inside } from "../inside.ts";
import type { Answer } from "../line.ts";
import type { PageActResult } from "../page-protocol.ts";
import type { Channel, Message, Obj, User } from "../records.ts";
import { APP_ID, TEAM } from "../seed.ts";

/** `ts`: of what the person posted; `viewId`: of the view that is on top afterwards, where one is. */
export interface ActOutcome extends PageActResult {
  readonly ts?: string;
}

export const done: ActOutcome = { ok: true };
export const problem = (text: string): ActOutcome => ({ ok: false, problem: text });

/** Slack's error names for an app that did not answer a command or a click. */
export function errorName(answer: Exclude<Answer, { kind: "acked" }>): string {
  if (answer.kind === "timeout") return "operation_timeout";
  if (answer.kind === "unreachable") return "dispatch_failed";
  return answer.status >= 500 ? "http_service_error" : "http_client_error";
}

export const VIEW_TROUBLE = "We had some trouble connecting. Try again?";

/** What every interactivity payload carries. */
export function common(user: User): Obj {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    team: { id: TEAM.id, domain: TEAM.domain },
    api_app_id: APP_ID,
    token: "local-verification-token",
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Slack names direct messages and private channels so in commands and payloads. */
export function shownName(channel: Channel): string {
  if (channel.kind === "im") return "directmessage";
  return channel.kind === "private" ? "privategroup" : channel.name;
}

export function responseUrl(inside: Inside, user: string, channel: string, original?: Message): string {
  const target = { user, channel, threadTs: original?.threadTs, original };
  return `${inside.url()}/actions/${TEAM.id}/${inside.tickets.newResponse(target)}`;
}

export type Seen<T> =
  | { readonly kind: "seen"; readonly value: T }
  | { readonly kind: "no"; readonly outcome: ActOutcome };

export function seenUser(inside: Inside, id: string): Seen<User> {
  const user = inside.state.users.get(id);
  if (user === undefined) return { kind: "no", outcome: problem(`There is no person ${id} here.`) };
  if (user.deleted) return { kind: "no", outcome: problem(`${user.realName}'s account is deactivated.`) };
  return { kind: "seen", value: user };
}

/** The conversation, if this person is in it and may write there. */
export function seenChannel(inside: Inside, id: string, user: User): Seen<Channel> {
  const channel = inside.state.channels.get(id);
  if (channel === undefined) return { kind: "no", outcome: problem(`There is no conversation ${id} here.`) };
  if (!channel.members.includes(user.id)) {
    return { kind: "no", outcome: problem(`${user.realName} is not in #${channel.name}.`) };
  }
  if (channel.archived) return { kind: "no", outcome: problem(`#${channel.name} is archived.`) };
  return { kind: "seen", value: channel };
}

/** A message this person sees: of a conversation they are in, or shown to them alone. */
export function seenMessage(inside: Inside, channelId: string, ts: string, user: User): Seen<Message> {
  const message = inside.state.message(channelId, ts);
  const channel = inside.state.channels.get(channelId);
  const visible =
    message?.ephemeralTo === undefined ? channel?.members.includes(user.id) : message.ephemeralTo === user.id;
  if (message === undefined || !visible) {
    return { kind: "no", outcome: problem(`${user.realName} sees no message ${ts} in ${channelId}.`) };
  }
  return { kind: "seen", value: message };
}
