// auth.test, team.info, bots.info, apps.connections.open and user groups. Source: docs.slack.dev/reference/methods.
import { textOf } from "../read.ts";
import { APP_ID, BOT_ID, BOT_USER, TEAM } from "../seed.ts";
import { type Methods, no, ok, truthy } from "./method.ts";

export const team: Methods = {
  "auth.test": {
    token: "bot",
    scopes: [],
    tier: "special",
    run: (inside) =>
      ok({
        url: `${inside.url()}/`,
        team: TEAM.name,
        user: inside.state.users.get(BOT_USER)?.name ?? "countersign",
        team_id: TEAM.id,
        user_id: BOT_USER,
        bot_id: BOT_ID,
        is_enterprise_install: false,
      }),
  },
  "team.info": {
    token: "bot",
    scopes: ["team:read"],
    tier: 3,
    run: () => ok({ team: { id: TEAM.id, name: TEAM.name, domain: TEAM.domain, email_domain: "", icon: {} } }),
  },
  "bots.info": {
    token: "bot",
    scopes: ["users:read"],
    tier: 3,
    run: (inside, args) => {
      if (textOf(args.bot) !== BOT_ID) return no("bot_not_found");
      const name = inside.state.users.get(BOT_USER)?.realName;
      return ok({
        bot: { id: BOT_ID, deleted: false, name, updated: 0, app_id: APP_ID, user_id: BOT_USER, icons: {} },
      });
    },
  },
  "apps.connections.open": {
    token: "app",
    scopes: [],
    tier: 3,
    run: (inside) => {
      if (inside.app().requestUrl !== undefined) return no("forbidden_team");
      const base = inside.socketBase ?? inside.url().replace(/^http/, "ws");
      return ok({ url: `${base}/link/?ticket=${inside.sockets.newTicket()}&app_id=${APP_ID}` });
    },
  },
  "usergroups.list": {
    token: "bot",
    scopes: ["usergroups:read"],
    tier: 2,
    run: (inside, args) => {
      const groups = [...inside.state.usergroups.values()].filter(
        (group) => !group.disabled || truthy(args.include_disabled),
      );
      return ok({
        usergroups: groups.map((group) => ({
          id: group.id,
          team_id: TEAM.id,
          is_usergroup: true,
          is_subteam: true,
          name: group.name,
          description: group.description,
          handle: group.handle,
          is_external: false,
          date_create: 0,
          date_update: 0,
          date_delete: group.disabled ? 1 : 0,
          user_count: group.users.length,
          ...(truthy(args.include_users) && { users: group.users }),
        })),
      });
    },
  },
  "usergroups.users.list": {
    token: "bot",
    scopes: ["usergroups:read"],
    tier: 2,
    run: (inside, args) => {
      const group = inside.state.usergroups.get(textOf(args.usergroup));
      if (group === undefined || (group.disabled && !truthy(args.include_disabled))) return no("no_such_subteam");
      return ok({ users: group.users });
    },
  },
};
