// `whoami`: who the bot takes you for, and how sure it is.
import { defineRead } from "../core/action.ts";
import { code, message, time } from "../core/message.ts";
import type { Person } from "../core/person.ts";

const knownBy: Readonly<Record<Person["assurance"], string>> = {
  none: "your Slack account",
  directory: "your Slack account, and the workspace's directory",
  linked: "your sign-in",
  "linked-step-up": "your fresh sign-in",
};

export const whoami = defineRead({
  name: "whoami",
  summary: "Who I take you for, and your groups",
  examples: ["whoami"],
  params: {},
  needs: [],
  observe: async () => null,
  answer: (_facts, _args, asking) => {
    const { person } = asking;
    const groups = person.groups.length === 0 ? "none of the policy's" : person.groups.join(", ");
    return message(`You are ${person.name}`, [
      {
        kind: "fields",
        fields: [
          { label: "Name", value: [person.name] },
          { label: "Slack account", value: [code(`${person.account.teamId}/${person.account.userId}`)] },
          { label: "Groups", value: [groups] },
          ...(person.lent ?? []).map(({ by, groups: lent, until, delegation }) => ({
            label: "Standing in",
            value: [`for ${by.name} in ${lent.join(", ")} until `, time(until), " (", code(delegation), ")"],
          })),
          ...(person.onCall === undefined ? [] : [{ label: "On shift of", value: [person.onCall.join(", ")] }]),
          { label: "Known by", value: [knownBy[person.assurance]] },
          { label: "Time zone", value: [person.zone] },
        ],
      },
    ]);
  },
});
