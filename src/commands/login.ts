// `login`: a link to sign in with, so that it is known which human this Slack account is.
import { defineOwn } from "../core/action.ts";
import { code, message, type Part, time } from "../core/message.ts";
import { isRefusal } from "../core/refusal.ts";

export const login = defineOwn({
  name: "login",
  summary: "Sign in, or refresh what your sign-in says about you",
  examples: ["login"],
  params: {},
  needs: ["identity"],
  run: async ({ identity }, _args, asking) => {
    const { person } = asking;
    const offer = await identity.begin(person);
    if (isRefusal(offer)) return offer;
    const provider = identity.provider ?? "the company's sign-in";
    const { tooOld } = identity.standing(person);
    const parts: Part[] = [];
    if (person.link !== undefined)
      parts.push({
        kind: "text",
        icon: "ok",
        text: [
          "You are linked with ",
          code(person.link.subject),
          ` at ${provider} since `,
          time(person.link.linkedAt),
          ". Your groups are as of ",
          time(person.link.seenAt),
          ".",
        ],
      });
    if (tooOld !== null) parts.push({ kind: "text", icon: "warn", text: [tooOld] });
    parts.push(
      {
        kind: "text",
        icon: "lock",
        text: [
          { kind: "link", url: offer.url, text: person.link === undefined ? "Sign in" : "Sign in anew" },
          `: first with Slack, then with ${provider}. The link works once, in one browser, until `,
          time(offer.expiresAt),
          ".",
        ],
      },
      {
        kind: "small",
        text: ["It is for you alone: never open one that somebody sent you, and send yours to nobody."],
      },
    );
    return message(
      person.link === undefined ? "Your link to sign in" : "You are linked; here is a link to sign in anew",
      parts,
    );
  },
});
