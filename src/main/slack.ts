// Slack, reached: who the bot is there, who the people are, and which channels the configuration names.
import { restrictingGroups } from "../approvals/restricting.ts";
import { isRefusal } from "../core/refusal.ts";
import { type Reached, reachSlack, type SlackSettings } from "../integrations/slack/connect.ts";
import { type Directory, makeDirectory } from "../integrations/slack/directory.ts";
import type { Base } from "./base.ts";

export interface Workspace {
  readonly reached: Reached;
  readonly people: Directory;
  readonly channels: { readonly approvals: string; readonly audit: string };
}

/** Throws Slack's error when the token is refused, and names a configured channel that the bot does not see. */
export async function openWorkspace(base: Base): Promise<Workspace> {
  const { config, clock, log } = base;
  const reached = await reachSlack(settingsOf(base), { clock, log });
  const { groupMaxAgeMs } = config.limits;
  const people = makeDirectory({
    api: reached.clients.lookup,
    home: reached.home,
    clock,
    log,
    groups: () => base.policy().groups,
    groupMaxAgeMs,
    restricting: () => restrictingGroups(base.policy()),
  });
  const approvals = await channelId(people, config.channels.approvals);
  return { reached, people, channels: { approvals, audit: await channelId(people, config.channels.audit) } };
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
