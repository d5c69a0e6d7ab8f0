// `logout`: ends the link of one's own Slack account.
import { defineOwn } from "../core/action.ts";
import { code, message } from "../core/message.ts";
import { isRefusal } from "../core/refusal.ts";

export const logout = defineOwn({
  name: "logout",
  summary: "End the link of your Slack account with your sign-in",
  examples: ["logout"],
  params: {},
  needs: ["identity"],
  run: async ({ identity }, _args, asking) => {
    const ended = await identity.logOut(asking.person);
    if (isRefusal(ended)) return ended;
    return message("Your link has ended.", [
      {
        kind: "text",
        icon: "ok",
        text: ["Your Slack account is no longer linked with ", code(ended.subject), ". To link it again, type login."],
      },
    ]);
  },
});
