// Events of signing in: links of Slack accounts to subjects, from the asked-for link to its end.
import type { RequestId } from "../../core/ids.ts";
import {
  byBot,
  byPersonAlone,
  count,
  type EventKind,
  oneOf,
  refusal,
  sampleTime,
  says,
  text,
  textOrNull,
  texts,
} from "./event-kind.ts";

const userId = text("The Slack account that it is about.");
const signIn = text("Names the sign-in; its secrets are nowhere in the record.");
const purpose = text("What the sign-in is for: link, vote or hand-over.");
const subject = {
  userId,
  issuer: text("The identity provider."),
  subject: text("The subject there."),
};
const linked = {
  ...subject,
  groups: texts("The person's groups, as the identity provider names them."),
  signIn,
  ended: texts("Slack accounts whose links ended with it."),
  says,
};
const ada = { userId: "U061F7AUR", issuer: "https://id.example.com", subject: "248289761001" };
const sample = { ...ada, groups: ["sre"], signIn: "Zm9yIGV4YW1wbGUh", ended: [] };

export const identityEvents = {
  "identity.begun": {
    details: { userId, signIn, purpose, expiresAt: count("When it expires, in ms since 1970."), says },
    required: ["userId", "signIn", "purpose", "expiresAt"],
    success: byPersonAlone({
      code: "identity.begun",
      channel: null,
      details: { userId: ada.userId, signIn: sample.signIn, purpose: "link", expiresAt: sampleTime },
    }),
    failure: "identity.refused",
  },
  "identity.linked": {
    details: linked,
    required: ["userId", "issuer", "subject", "groups", "signIn"],
    success: byPersonAlone({ code: "identity.linked", channel: null, details: sample }),
    failure: "identity.refused",
  },
  "identity.relinked": {
    details: linked,
    required: ["userId", "issuer", "subject", "groups", "signIn", "ended"],
    success: byPersonAlone({
      code: "identity.relinked",
      channel: null,
      details: { ...sample, ended: ["U024BE7LH"] },
    }),
    failure: "identity.refused",
  },
  "identity.refreshed": {
    details: linked,
    required: ["userId", "issuer", "subject", "groups", "signIn"],
    success: byPersonAlone({ code: "identity.refreshed", channel: null, details: sample }),
    failure: "identity.refused",
  },
  "identity.unlinked": {
    details: { ...subject, why: textOrNull("The reason that was given."), says },
    required: ["userId", "issuer", "subject"],
    success: byPersonAlone({ code: "identity.unlinked", channel: null, details: { ...ada, why: null } }),
    failure: "request.refused",
  },
  "identity.proven": {
    details: {
      ...{ ...subject, signIn, purpose },
      authenticatedAt: { type: ["integer", "null"], description: "When the person authenticated, in ms since 1970." },
      acr: textOrNull("How strongly, as the identity provider names it."),
      amr: texts("By which methods."),
      says,
    },
    required: ["userId", "issuer", "subject", "signIn", "purpose", "authenticatedAt", "acr", "amr"],
    success: byPersonAlone({
      code: "identity.proven",
      request: "r-4k7m2qx" as RequestId,
      channel: null,
      details: {
        ...{ ...ada, signIn: sample.signIn, purpose: "vote" },
        ...{ authenticatedAt: sampleTime, acr: "phr", amr: ["pwd", "hwk"] },
      },
    }),
    failure: "identity.refused",
  },
  "identity.refused": {
    details: {
      userId: text("Whose sign-in it was; who was in front of the browser is not known."),
      signIn,
      purpose,
      leg: oneOf(["link", "slack", "company", "agree"], "Where on the way."),
      refusal,
      says,
    },
    required: ["leg", "refusal"],
    success: "identity.linked",
    failure: byBot({
      code: "identity.refused",
      outcome: "refused",
      details: {
        ...{ leg: "slack", refusal: "sign-in-refused", userId: ada.userId, signIn: sample.signIn, purpose: "link" },
        says: "This link is for another Slack account (U061F7AUR) than the one that you just signed in with (U024BE7LH).",
      },
    }),
  },
} as const satisfies Record<string, EventKind>;
