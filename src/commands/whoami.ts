// `whoami`: who the bot takes you for, how sure it is, and where each of your groups comes from.
import { defineRead } from "../core/action.ts";
import { code, message, type Part, type Text, time } from "../core/message.ts";
import type { Person } from "../core/person.ts";
import type { GroupStanding, IdentityStanding } from "../core/ports/identity.ts";

const knownBy: Readonly<Record<Person["assurance"], string>> = {
  none: "your Slack account",
  directory: "your Slack account, and the workspace's directory",
  linked: "your sign-in",
  "linked-step-up": "your fresh sign-in",
};

interface Facts extends IdentityStanding {
  readonly provider: string | null;
}

export const whoami = defineRead({
  name: "whoami",
  summary: "Who I take you for, and your groups",
  examples: ["whoami"],
  params: {},
  needs: ["identity"],
  observe: async ({ identity }, _args, asking): Promise<Facts> => ({
    provider: identity.provider,
    ...identity.standing(asking.person),
  }),
  answer: (facts, _args, { person }) => {
    const parts: Part[] = [
      {
        kind: "fields",
        fields: [
          { label: "Name", value: [person.name] },
          { label: "Slack account", value: [code(`${person.account.teamId}/${person.account.userId}`)] },
          { label: "Sign-in", value: signIn(person, facts.provider) },
          { label: "Known by", value: [`${knownBy[person.assurance]} (${person.assurance})`] },
          { label: "Groups", value: [person.groups.length === 0 ? "none of the policy's" : person.groups.join(", ")] },
          ...(person.lent ?? []).map(({ by, groups: lent, until, delegation }) => ({
            label: "Standing in",
            value: [`for ${by.name} in ${lent.join(", ")} until `, time(until), " (", code(delegation), ")"],
          })),
          ...(person.onCall === undefined || person.onCall.length === 0
            ? []
            : [{ label: "On shift of", value: [person.onCall.join(", ")] }]),
          { label: "Time zone", value: [person.zone] },
        ],
      },
      ...facts.groups.map((one): Part => ({ kind: "small", text: [groupWords(one)] })),
    ];
    if (facts.tooOld !== null) parts.push({ kind: "text", icon: "warn", text: [facts.tooOld] });
    return message(`You are ${person.name}`, parts);
  },
});

function signIn({ link }: Person, provider: string | null): Text {
  if (link !== undefined)
    return [
      code(link.subject),
      ` at ${provider ?? link.issuer}, linked `,
      time(link.linkedAt),
      ", seen ",
      time(link.seenAt),
    ];
  return [provider === null ? "none is configured" : "not linked; type login"];
}

const standingWords = {
  sure: "",
  weak: "; too weak for the top tiers",
  lapsed: "; too old, counts for nothing",
} as const satisfies Record<GroupStanding["is"], string>;

function groupWords({ group, from, is }: GroupStanding): string {
  return `${group}: ${from.join(", ")}${standingWords[is]}`;
}
