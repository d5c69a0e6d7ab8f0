// Events of votes: cast, refused, taken back, voided.
import { assurances } from "../../core/person.ts";
import {
  byPerson,
  count,
  type DetailSchema,
  type EventKind,
  ofRequest,
  oneOf,
  refusal,
  sampleTime,
  says,
  text,
  textOrNull,
  texts,
} from "./event-kind.ts";

const assurance = oneOf(assurances, "How surely the voter was known, which the vote keeps.");
const stepUp: DetailSchema = {
  type: "object",
  description: "The fresh sign-in that was made for this vote; absent when none was.",
  properties: {
    at: count("Its auth_time, in milliseconds since 1970."),
    acr: textOrNull("Its authentication context class, as the identity provider names it."),
    amr: texts("Its authentication methods (RFC 8176)."),
  },
  required: ["at", "acr", "amr"],
};
const choice = oneOf(["approve", "deny"], "Which way the vote went.");

export const voteEvents = {
  "vote.cast": {
    details: { choice, reason: textOrNull("The voter's own words."), assurance, stepUp, says },
    required: ["choice"],
    success: byPerson({
      code: "vote.cast",
      details: {
        ...{ choice: "approve", reason: "looked at the diff", assurance: "linked" },
        stepUp: { at: sampleTime, acr: "phr", amr: ["pwd", "hwk"] },
      },
    }),
    failure: "vote.refused",
  },
  "vote.refused": {
    details: { choice, refusal, says },
    required: ["refusal", "says"],
    success: "vote.cast",
    failure: byPerson({
      code: "vote.refused",
      outcome: "refused",
      details: { choice: "approve", refusal: "own-request", says: "One's own request cannot be countersigned." },
    }),
  },
  "vote.withdrawn": {
    details: { choice, refusal, says },
    required: [],
    success: byPerson({ code: "vote.withdrawn", details: { choice: "approve" } }),
    failure: byPerson({
      code: "vote.withdrawn",
      outcome: "refused",
      details: { refusal: "no-vote", says: "There is no vote to withdraw." },
    }),
  },
  "vote.voided": {
    details: { votes: texts("Whose votes no longer count, as user ids."), why: text("What voided them."), says },
    required: ["votes", "why"],
    success: ofRequest({
      code: "vote.voided",
      details: { votes: ["U0G9QF9C6"], why: "what would be done changed its meaning" },
    }),
    failure: ofRequest({
      code: "vote.voided",
      outcome: "failed",
      details: { votes: ["U0G9QF9C6"], why: "the voter left the group", says: "The voter could not be told." },
    }),
  },
} as const satisfies Record<string, EventKind>;
