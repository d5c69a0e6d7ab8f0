// Direct messages between the app and one person, opened on first use.
import type { Inside } from "../inside.ts";
import { BOT_USER, channel as newChannel } from "../seed.ts";
import { no, type Sought } from "./method.ts";

/** Opens the direct message with this person, or finds it open. */
export function directChannel(inside: Inside, userId: string): Sought {
  const { state } = inside;
  const user = state.users.get(userId);
  if (user === undefined) return { kind: "no", reply: no("user_not_found") };
  if (user.isBot) return { kind: "no", reply: no("cannot_dm_bot") };
  if (user.deleted) return { kind: "no", reply: no("user_disabled") };
  const open = [...state.channels.values()].find((each) => each.kind === "im" && each.members.includes(userId));
  if (open !== undefined) return { kind: "found", channel: open };
  const channel = newChannel({
    id: state.newId("D"),
    name: "",
    kind: "im",
    creator: BOT_USER,
    created: Math.floor(inside.clock.now() / 1000),
    members: [userId, BOT_USER],
  });
  state.putChannel(channel);
  return { kind: "found", channel };
}
