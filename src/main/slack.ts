// Slack, reached: who the bot is there, who the people are, and which channels the configuration names.
import { restrictingGroups } from "../approvals/restricting.ts";
import { groupsBelow } from "../core/groups.ts";
import { isRefusal } from "../core/refusal.ts";
import { type Reached, reachSlack, type SlackSettings } from "../integrations/slack/connect.ts";
import { directChannels } from "../integrations/slack/direct-channels.ts";
import { type Directory, makeDirectory } from "../integrations/slack/directory.ts";
import type { Base } from "./base.ts";

export interface Workspace {
  readonly reached: Reached;
  readonly people: Directory;
  /** The direct message channel with a person. Throws when Slack does not answer. */
  readonly directChannel: (userId: string) => Promise<string>;
  readonly channels: { readonly approvals: string; readonly audit: string };
}

/** Throws Slack's error when the token is refused, and names a configured channel that the bot does not see. */
export async function openWorkspace(base: Base): Promise<Workspace> {
  const { config, clock, log } = base;
  const reached = await reachSlack(settingsOf(base), { clock, log });
  const people = makeDirectory({
    api: reached.clients.lookup,
    home: reached.home,
    clock,
    log,
    groups: () => base.inForce().policy.groups,
    groupMaxAgeMs: () => base.inForce().limits.groupMaxAgeMs,
    restricting: () => {
      const { policy } = base.inForce();
      return new Set([...restrictingGroups(policy)].flatMap((name) => groupsBelow(policy.groups, name)));
    },
  });
  const approvals = await channelId(people, config.channels.approvals);
  const directChannel = directChannels(reached.clients.lookup);
  return {
    reached,
    people,
    directChannel,
    channels: { approvals, audit: await channelId(people, config.channels.audit) },
  };
}

function settingsOf({ config, secrets }: Base): SlackSettings {
  return {
    botToken: secrets.botToken,
    ...(secrets.appToken === null ? {} : { appToken: secrets.appToken }),
    ...(secrets.signingSecret === null ? {} : { signingSecret: secrets.signingSecret }),
    ...(secrets.apiUrl === null ? {} : { apiUrl: secrets.apiUrl }),
    port: config.http.port,
    host: config.http.host,
    command: config.command,
    maxFileBytes: config.limits.manifestBytes,
  };
}

async function channelId(people: Directory, name: string): Promise<string> {
  const id = await people.channelId(name);
  if (isRefusal(id)) throw new Error(`${id.message} ${id.hint}`);
  return id;
}
