// Events of votes: cast, refused, taken back, voided.
import { byPerson, type EventKind, ofRequest, oneOf, refusal, says, text, textOrNull, texts } from "./event-kind.ts";

const choice = oneOf(["approve", "deny"], "Which way the vote went.");

export const voteEvents = {
  "vote.cast": {
    details: { choice, reason: textOrNull("The voter's own words."), says },
    required: ["choice"],
    success: byPerson({ code: "vote.cast", details: { choice: "approve", reason: "looked at the diff" } }),
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
