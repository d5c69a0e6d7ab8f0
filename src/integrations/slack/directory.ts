// Who is who, from Slack's directory: never older than a minute for people, than the configured age for groups.
import type { GroupName } from "../../core/ids.ts";
import type { Json } from "../../core/json.ts";
import { at, listAt, textAt } from "../../core/json.ts";
import { humanOf, type Person, type PersonRef, refOf } from "../../core/person.ts";
import type { GroupConfig } from "../../core/policy.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import type { People } from "../../core/ports/people.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { makeCache } from "./cache.ts";
import type { Api } from "./clients.ts";
import {
  isShared,
  notAMember,
  sharedChannel,
  unknownChannel,
  unknownIdentity,
  whyNotMember,
} from "./directory-rules.ts";
import { failureOf, failureText, isTokenFailure } from "./failure.ts";
import type { Home } from "./home.ts";

export interface Directory extends People {
  /** The person as kept from a question less than a minute ago, for answers that may not wait; null when not kept. */
  known(userId: string): Person | Refusal | null;
  knownChannel(channelId: string): { readonly name: string; readonly isDirect: boolean } | Refusal | null;
  /** The id of a channel given as `#name`, `name` or id; a refusal names it when there is none that the bot sees. */
  channelId(nameOrId: string): Promise<string | Refusal>;
}

export interface DirectorySettings {
  readonly api: Api;
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the policy in force, which may change while the bot runs. */
  readonly groups: () => readonly GroupConfig[];
  readonly groupMaxAgeMs: () => number;
  /**
   * Groups that take something from their members: while Slack has no user group for one of them, everybody is refused. Of any
   * other group that Slack does not have nobody is a member, and all else goes on.
   */
  readonly restricting: () => ReadonlySet<GroupName>;
}

const userMaxAgeMs = 60_000;
/** A group that can't be known is not asked for again at every look at a person. */
const askAgainMs = 15_000;

export function makeDirectory(settings: DirectorySettings): Directory {
  const { api, home, clock, log } = settings;
  const users = makeCache<Json>({
    clock,
    maxAgeMs: () => userMaxAgeMs,
    most: 20_000,
    ask: async (user) => at(await api.call("users.info", { user }), "user") ?? null,
  });
  const channels = makeCache<Json>({
    clock,
    maxAgeMs: () => userMaxAgeMs,
    most: 10_000,
    ask: async (channel) => at(await api.call("conversations.info", { channel }), "channel") ?? null,
  });
  const groups = makeCache<readonly string[]>({
    clock,
    maxAgeMs: settings.groupMaxAgeMs,
    most: 1_000,
    ask: (group) => slackMembers(api, group),
  });

  const lostAt = new Map<GroupName, number>();

  /** Slack did not have it a moment ago: then nobody is in it for now. */
  function isLost({ name }: GroupConfig): boolean {
    const ageMs = clock.now() - (lostAt.get(name) ?? Number.POSITIVE_INFINITY);
    return ageMs >= 0 && ageMs < askAgainMs;
  }

  /** Whether somebody is in a group, for their rights. Throws when Slack is away, and when a group that restricts is missing. */
  async function isIn(userId: string, group: GroupConfig): Promise<boolean> {
    if (isLost(group)) return false;
    try {
      return (await membersOf(group)).includes(userId);
    } catch (error) {
      if (!isMissing(error) || settings.restricting().has(group.name)) throw error;
      // Several may have waited for the one answer.
      if (!isLost(group))
        log.warn("slack has no such user group, so nobody is in it", {
          group: group.name,
          why: failureText(failureOf(error)),
        });
      lostAt.set(group.name, clock.now());
      return false;
    }
  }

  /** Members of a group by user id. Throws when Slack's group cannot be known. */
  async function membersOf(group: GroupConfig): Promise<readonly string[]> {
    const fromSlack = group.slackUserGroup === null ? [] : await groups.get(group.slackUserGroup);
    return [...new Set([...group.members, ...fromSlack])];
  }

  function withGroups(user: Json, memberOf: readonly GroupName[]): Person | Refusal {
    const userId = textAt(user, "id");
    const why = whyNotMember(user, home);
    if (why !== null) return notAMember(userId, why);
    const account = { enterpriseId: home.enterpriseId, teamId: home.teamId, userId };
    const name =
      textAt(user, "profile", "display_name") ||
      textAt(user, "real_name") ||
      textAt(user, "profile", "real_name") ||
      textAt(user, "name");
    const zone = textAt(user, "tz") || "UTC";
    return {
      human: humanOf(account, null),
      account,
      subject: null,
      assurance: "directory",
      name: name || userId,
      zone,
      groups: memberOf,
    };
  }

  /** Without asking: null where something is not kept, or not any more. */
  function known(userId: string): Person | Refusal | null {
    const user = users.peek(userId);
    if (user === null) return null;
    const memberOf: GroupName[] = [];
    for (const group of settings.groups()) {
      if (isLost(group)) continue;
      const fromSlack = group.slackUserGroup === null ? [] : groups.peek(group.slackUserGroup);
      if (fromSlack === null) return null;
      if (group.members.includes(userId) || fromSlack.includes(userId)) memberOf.push(group.name);
    }
    return withGroups(user, memberOf);
  }

  async function person(userId: string): Promise<Person | Refusal> {
    const kept = known(userId);
    if (kept !== null) return kept;
    try {
      const user = await users.get(userId);
      const found = await Promise.all(
        settings.groups().map(async (group) => ((await isIn(userId, group)) ? [group.name] : [])),
      );
      return withGroups(user, found.flat());
    } catch (error) {
      const failure = failureOf(error);
      log.warn("slack's directory did not answer", { user: userId, why: failureText(failure) });
      if (failure.kind === "refused" && failure.code === "user_not_found") return notAMember(userId, "an unknown");
      return unknownIdentity(userId);
    }
  }

  return {
    person,
    members: async (name) => {
      const group = settings.groups().find((one) => one.name === name);
      if (group === undefined)
        return refuse(
          "identity-unknown",
          `There is no group ${name}.`,
          `The groups are: ${settings
            .groups()
            .map((one) => one.name)
            .join(", ")}.`,
        );
      try {
        const found = await Promise.all((await membersOf(group)).map(person));
        const unknown = found.find((one) => isRefusal(one) && one.code === "identity-unknown");
        if (unknown !== undefined && isRefusal(unknown)) return unknown;
        return found.flatMap((one): PersonRef[] => (isRefusal(one) ? [] : [refOf(one)]));
      } catch (error) {
        log.warn("a group's members are not known", { group: name, why: failureText(failureOf(error)) });
        return unknownIdentity(`in the group ${name}`);
      }
    },
    channel: async (channelId) => {
      try {
        return channelFacts(await channels.get(channelId), home);
      } catch (error) {
        const failure = failureOf(error);
        log.warn("slack did not tell about a channel", { channel: channelId, why: failureText(failure) });
        return unknownChannel(channelId, failure.kind === "refused" ? failure.code : "");
      }
    },
    known,
    knownChannel: (channelId) => {
      const channel = channels.peek(channelId);
      return channel === null ? null : channelFacts(channel, home);
    },
    channelId: (nameOrId) => findChannel(api, nameOrId),
  };
}

function channelFacts(channel: Json, home: Home): { readonly name: string; readonly isDirect: boolean } | Refusal {
  const id = textAt(channel, "id");
  if (id === "") return unknownChannel(id, "");
  const isDirect = at(channel, "is_im") === true || at(channel, "is_mpim") === true;
  const name = textAt(channel, "name") || (isDirect ? "direct message" : id);
  return isShared(channel, home) ? sharedChannel(name) : { name, isDirect };
}

class NoSuchUserGroup extends Error {
  override readonly name = "NoSuchUserGroup";
}

/** Slack itself said so; when it is only away, nothing is known of the group. */
function isMissing(error: unknown): boolean {
  if (error instanceof NoSuchUserGroup) return true;
  const failure = failureOf(error);
  return failure.kind === "refused" && !isTokenFailure(failure.code);
}

/** Members of one of Slack's user groups, by id or handle. A disabled or missing one throws: it is not an empty group. */
async function slackMembers(api: Api, group: string): Promise<readonly string[]> {
  const id = /^S[A-Z0-9]{6,}$/.test(group) ? group : await groupId(api, group.replace(/^@/, ""));
  const answer = await api.call("usergroups.users.list", { usergroup: id });
  return listAt(answer, "users").filter((user): user is string => typeof user === "string");
}

async function groupId(api: Api, handle: string): Promise<string> {
  const answer = await api.call("usergroups.list", {});
  const found = listAt(answer, "usergroups").find((one) => textAt(one, "handle") === handle);
  if (found === undefined) throw new NoSuchUserGroup(`no user group has the handle ${handle}`);
  return textAt(found, "id");
}

const pagesMost = 50;

async function findChannel(api: Api, nameOrId: string): Promise<string | Refusal> {
  const name = nameOrId.replace(/^#/, "");
  if (/^[CGD][A-Z0-9]{6,}$/.test(name)) return name;
  let cursor = "";
  for (let page = 0; page < pagesMost; page += 1) {
    const next = cursor === "" ? {} : { cursor };
    const answer = await api.call("conversations.list", {
      types: "public_channel,private_channel",
      exclude_archived: true,
      limit: 200,
      ...next,
    });
    const found = listAt(answer, "channels").find((channel) => textAt(channel, "name") === name);
    if (found !== undefined) return textAt(found, "id");
    cursor = textAt(answer, "response_metadata", "next_cursor");
    if (cursor === "") break;
  }
  return refuse(
    "bad-argument",
    `There is no channel #${name} that the bot can see.`,
    "Create it, or invite the bot to it with /invite, or give its id.",
  );
}
