// users.*: people and their conversations. Source: docs.slack.dev/reference/methods/users.info and siblings.
import type { Inside } from "../inside.ts";
import { isObj, textOf } from "../read.ts";
import type { Obj, User } from "../records.ts";
import { BOT_USER } from "../seed.ts";
import { userJson } from "../wire.ts";
import { listChannels } from "./conversations.ts";
import { anyScope, lacking, type Methods, no, ok, pageOf } from "./method.ts";

/** The email address needs a scope of its own. */
function shown(inside: Inside, user: User): Obj {
  const json = userJson(user);
  if (lacking(inside, "users:read.email") === undefined || !isObj(json.profile)) return json;
  const { email: _, ...profile } = json.profile;
  return { ...json, profile };
}

const read = { token: "bot", scopes: ["users:read"] } as const;

export const users: Methods = {
  "users.info": {
    ...read,
    tier: 4,
    run: (inside, args) => {
      const user = inside.state.users.get(textOf(args.user));
      return user === undefined ? no("user_not_found") : ok({ user: shown(inside, user) });
    },
  },
  "users.list": {
    ...read,
    tier: 2,
    run: (inside, args) => {
      const everybody = [...inside.state.users.values()].filter((user) => !user.isStranger);
      const page = pageOf(everybody, args, { usual: 1000, most: 1000 });
      if (page === undefined) return no("invalid_cursor");
      return ok({
        members: page.items.map((user) => shown(inside, user)),
        cache_ts: Math.floor(inside.clock.now() / 1000),
        response_metadata: { next_cursor: page.nextCursor },
      });
    },
  },
  "users.lookupByEmail": {
    token: "bot",
    scopes: ["users:read.email"],
    tier: 3,
    run: (inside, args) => {
      const email = textOf(args.email).toLowerCase();
      const user = [...inside.state.users.values()].find(
        (each) => each.email === email && email !== "" && !each.deleted,
      );
      return user === undefined ? no("users_not_found") : ok({ user: shown(inside, user) });
    },
  },
  "users.conversations": {
    token: "bot",
    scopes: anyScope("read"),
    tier: 3,
    run: (inside, args) => {
      const user = textOf(args.user) || BOT_USER;
      if (!inside.state.users.has(user)) return no("user_not_found");
      return listChannels(inside, args, (channel) => channel.members.includes(user));
    },
  },
};
