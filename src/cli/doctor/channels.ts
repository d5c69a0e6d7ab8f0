// Whether the configured channels exist, the bot is in them, and nobody from elsewhere reads along.
import { at } from "../../core/json.ts";
import { isRefusal } from "../../core/refusal.ts";
import { type Check, type Finding, fail, ok, type Patient } from "./finding.ts";

export const checkChannels: Check = async (patient) => {
  const { channels, policy } = patient.config;
  const told = policy.rules.flatMap(({ effect }) => (effect.kind === "approvals" ? effect.requirement.tell : []));
  const names = [channels.approvals, channels.audit, ...told];
  return Promise.all([...new Set(names)].map((name) => checkChannel(patient, name)));
};

async function checkChannel({ slack }: Patient, name: string): Promise<Finding> {
  const what = `channel ${name}`;
  if (slack === null || slack.open === null)
    return fail(what, "Not looked at: Slack does not take the bot's token.", "Mend the bot token first.");
  const { api } = slack.open;
  const directory = slack.open.directory([]);
  const id = await directory.channelId(name);
  if (isRefusal(id))
    return fail(what, id.message, `Create it, or invite the bot there: /invite @countersign. ${spelling(name)}`);
  const seen = await directory.channel(id);
  if (isRefusal(seen)) return fail(what, seen.message, seen.hint);
  const info = await api.call("conversations.info", { channel: id });
  if (at(info, "channel", "is_archived") === true)
    return fail(what, "It is archived.", "Unarchive it in Slack, or name another channel in the configuration.");
  if (at(info, "channel", "is_member") !== true)
    return fail(what, "It exists, and the bot is not a member.", `Type in that channel: /invite @countersign`);
  return ok(what, `The bot is a member of #${seen.name}.`);
}

function spelling(name: string): string {
  return name.startsWith("#") ? "A private channel is seen only by its members." : "";
}
