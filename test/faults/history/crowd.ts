// People enough that several requests can be lived at once: Slack shows a person one form at a time, so each lane has its own.
import type { TestContext } from "node:test";
import { defaultUsers, person } from "../../../demo/slack/seed.ts";
import { startTown, type Town, type TownOptions } from "../../support/town.ts";

export const lanes = 6;

export interface LanePeople {
  readonly asker: string;
  readonly lead: string;
  readonly second: string;
  readonly admin: string;
}

export const peopleOf = (lane: number): LanePeople => ({
  asker: `U0ASK000${lane}`,
  lead: `U0LEAD00${lane}`,
  second: `U0SECND0${lane}`,
  admin: `U0ADMIN0${lane}`,
});

export const everyLane = Array.from({ length: lanes }, (_, lane) => peopleOf(lane));
const crowd = everyLane.flatMap((of) => Object.values<string>({ ...of }));

/** By the groups of the demo's rules. */
export const crowdGroups = {
  "payments-leads": everyLane.flatMap(({ lead, second }) => [lead, second]),
  platform: everyLane.map(({ admin }) => admin),
};

const withCrowd = (text: string): string =>
  `${text.replace("members: [", `members: [${crowd.join(", ")}, `)}limits:\n  votesPerMinute: 1000\n  commandsPerMinute: 1000\n`;

export async function startCrowdedTown(t: TestContext, options: Pick<TownOptions, "databaseUrl">): Promise<Town> {
  const users = [
    ...defaultUsers,
    ...crowd.map((id) => person({ id, name: id.toLowerCase(), realName: id, title: "" })),
  ];
  const town = await startTown(t, { slack: { users }, config: withCrowd, ...options });
  for (const name of ["#payments", "#platform-approvals"]) {
    const members = town.slack.channel(name)?.members ?? [];
    town.slack.setChannel(name, { members: [...members, ...crowd] });
  }
  town.slack.setUsergroup("S0PAYLEAD", { users: crowdGroups["payments-leads"] });
  town.slack.setUsergroup("S0PLATFRM", { users: crowdGroups.platform });
  return town;
}

/** Who lives a request in this lane: asks, and approves. */
export function castOf(lane: number): { readonly asker: string; readonly voters: readonly string[] } {
  const { asker, lead, admin } = peopleOf(lane);
  return { asker, voters: [lead, admin] };
}
