// The local Slack of the end-to-end measurement with its people and 200 channels, and the hands that work in it.
import { channel, defaultChannels, defaultUsergroups, defaultUsers, person } from "../../demo/slack/seed.ts";
import { startLocalSlack } from "../../demo/slack/start.ts";
import { laneOf, makeLoad, type Round } from "./change-load.ts";
import { detailOf, servePart } from "./serve-part.ts";

export interface ChangeWorldOptions {
  readonly lanes: number;
  readonly limits: "on" | "off";
}

const channels = 200;

await servePart(async () => {
  const { lanes, limits } = detailOf<ChangeWorldOptions>();
  const crowd = Array.from({ length: lanes }, (_, index) => laneOf(index));
  const ids = crowd.flatMap(({ asker, voters }) => [asker, ...voters]);
  const users = ids.map((id) => person({ id, name: id.toLowerCase(), realName: id, title: "", onPage: false }));
  const bot = defaultUsers.filter(({ isBot }) => isBot).map(({ id }) => id);
  const teams = Array.from({ length: channels }, (_, index) => {
    const number = String(index).padStart(3, "0");
    return channel({ id: `C0TEAM${number}`, name: `team-${number}`, members: [...ids, ...bot] });
  });
  const slack = await startLocalSlack({
    ...{ port: 0, limits, users: [...defaultUsers, ...users] },
    channels: [...defaultChannels.map((one) => ({ ...one, members: [...one.members, ...ids] })), ...teams],
    usergroups: defaultUsergroups.map((group) => {
      if (group.id === "S0PAYLEAD") return { ...group, users: crowd.map(({ voters }) => voters[0]) };
      return group.id === "S0PLATFRM" ? { ...group, users: crowd.map(({ voters }) => voters[1]) } : group;
    }),
  });
  const play = makeLoad(
    slack,
    teams.map(({ id }) => id),
  );
  const { apiUrl, botToken, appToken, signingSecret } = slack;
  return {
    facts: { apiUrl, botToken, appToken, signingSecret, askers: crowd.map(({ asker }) => asker) },
    answers: {
      connected: (detail) => slack.waitForConnections(Number(detail)),
      play: (detail) => play(detail as Round),
      violations: () => slack.violations().map(({ code, detail }) => `${code}: ${detail}`),
    },
    stop: () => slack.stop(),
  };
});
