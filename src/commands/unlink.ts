// `unlink`: an admin ends somebody's link, such as that of an account which is gone or was taken over.
import { defineOwn } from "../core/action.ts";
import { code, message, person } from "../core/message.ts";
import { optionalRest, wordOf } from "../core/params.ts";
import { isRefusal, refuse } from "../core/refusal.ts";

export const unlink = defineOwn({
  name: "unlink",
  summary: "End somebody's link with their sign-in",
  examples: ["unlink @U012AB3CD", "unlink @U012AB3CD because the phone was stolen"],
  params: {
    account: wordOf({ usage: "@PERSON", summary: "whose link, as a mention" }, (text) => {
      const userId = /^@?([UW][A-Z0-9]{2,})$/.exec(text)?.[1];
      return userId ?? refuse("bad-argument", `“${text}” is no mention of a person.`, "Type: unlink @person");
    }),
    reason: optionalRest({ usage: "REASON", summary: "why" }),
  },
  needs: ["identity"],
  run: async ({ identity }, args, asking) => {
    const reason = (args.reason ?? "").replace(/^because(\s+|$)/i, "").trim();
    const ended = await identity.unlink(args.account, asking.person, reason === "" ? null : reason);
    if (isRefusal(ended)) return ended;
    return message("The link has ended.", [
      {
        kind: "text",
        icon: "ok",
        text: [person(args.account), " is no longer linked with ", code(ended.subject), ", and is told so."],
      },
    ]);
  },
});
