// Whether every group can be resolved, and whether somebody is in each that may have to approve.
import type { GroupConfig, Need } from "../../core/policy.ts";
import { isRefusal } from "../../core/refusal.ts";
import { type Check, type Finding, fail, ok, type Patient, warn } from "./finding.ts";

export const checkGroups: Check = async (patient) => {
  const approving = new Set(
    patient.config.policy.rules.flatMap(({ effect }) =>
      effect.kind === "approvals" ? [...groupsOf(effect.requirement.need), ...effect.requirement.vetoGroups] : [],
    ),
  );
  return Promise.all(
    patient.config.policy.groups.map((group) => checkGroup(patient, group, approving.has(group.name))),
  );
};

function groupsOf(need: Need): readonly string[] {
  return need.kind === "votes" ? need.groups : need.of.flatMap(groupsOf);
}

async function checkGroup({ slack }: Patient, group: GroupConfig, approves: boolean): Promise<Finding> {
  const what = `group ${group.name}`;
  if (slack === null || slack.open === null)
    return fail(what, "Not looked at: Slack does not take the bot's token.", "Mend the bot token first.");
  const members = await slack.open.directory([group]).members(group.name);
  if (isRefusal(members))
    return fail(
      what,
      group.slackUserGroup === null
        ? "Its members cannot be known: Slack's directory does not answer for them."
        : `Its members cannot be known: Slack gives none for the user group ${group.slackUserGroup}.`,
      group.slackUserGroup === null
        ? "Write the members' ids anew: profile, ⋮, Copy member ID."
        : "See whether the user group exists, is not disabled, and is written by its handle or id (S…).",
    );
  const listed = group.members.length;
  const active = members.length;
  const others = [...(group.idpGroups ?? []), ...(group.groups ?? [])];
  if (active === 0 && others.length > 0)
    return ok(what, `Its members come from ${others.join(", ")}: who they are shows when they have signed in.`);
  if (active === 0 && approves)
    return fail(
      what,
      "Nobody in it can vote, and rules need its approval.",
      "Add full, active members of this workspace to it, by member id or in its user group.",
    );
  if (active === 0) return warn(what, "Nobody is in it.", "Add members, or take the group out of the configuration.");
  const ids = new Set(members.map((member) => member.userId));
  const lost = group.members.filter((id) => !ids.has(id));
  if (lost.length > 0)
    return warn(
      what,
      `${active} can vote; ${lost.join(", ")} of ${listed} listed cannot: guests, bots, deactivated or unknown accounts.`,
      "Take them out of the configuration, or reactivate them in Slack.",
    );
  return ok(what, `${active} ${active === 1 ? "person" : "people"} can vote.`);
}
