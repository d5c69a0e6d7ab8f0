// Events of asking people: rings, looks, delegations.
import {
  byPerson,
  byPersonAlone,
  count,
  type EventKind,
  ofRequest,
  oneOf,
  refusal,
  sampleTime,
  says,
  text,
  texts,
} from "./event-kind.ts";

const moment = count("Milliseconds since 1970.");
const delegation = text("The delegation's id.");
const to = text("Who was lent the groups, as a user id.");
const lent = { delegation: "d-4k7m2qx", from: "U061F7AUR", to: "U0G9QF9C6", groups: ["payments-leads"] };

export const askingEvents = {
  "approvers.asked": {
    details: {
      ring: count("1: who is on shift. 2: everybody who can. 3: those who can find somebody."),
      asked: texts("Who was asked, as user ids; empty when only the approvals channel was told."),
      why: oneOf(
        ["on-shift", "can", "unknown", "escalation"],
        "By what they were chosen; `unknown` when who is on shift could not be known.",
      ),
      says,
    },
    required: ["ring", "asked", "why"],
    success: ofRequest({ code: "approvers.asked", details: { ring: 1, asked: ["U0G9QF9C6"], why: "on-shift" } }),
    failure: ofRequest({
      code: "approvers.asked",
      outcome: "failed",
      details: { ring: 2, asked: [], why: "can", says: "Slack's directory does not answer." },
    }),
  },
  "look.started": {
    details: { until: { ...moment, description: "When it ends by itself, in ms since 1970." }, refusal, says },
    required: ["until"],
    success: byPerson({ code: "look.started", details: { until: sampleTime } }),
    failure: byPerson({
      code: "look.started",
      outcome: "refused",
      details: { refusal: "not-eligible", says: "Ada is not among those who may countersign r-4k7m2qx." },
    }),
  },
  "look.ended": {
    details: { userId: text("Who was looking."), why: text("What ended it."), refusal, says },
    required: ["userId", "why"],
    success: byPerson({ code: "look.ended", details: { userId: "U061F7AUR", why: "voted" } }),
    failure: byPerson({
      code: "look.ended",
      outcome: "refused",
      details: { refusal: "already-so", says: "Nobody was told that Ada is looking at r-4k7m2qx." },
    }),
  },
  "delegation.made": {
    details: {
      delegation,
      from: text("Whose groups they are, as a user id."),
      to,
      groups: texts("The groups that were lent."),
      until: { ...moment, description: "When it ends by itself, in ms since 1970." },
      reason: text("In the delegator's own words."),
      refusal,
      says,
    },
    required: ["delegation", "from", "to", "groups", "until", "reason"],
    success: byPersonAlone({ code: "delegation.made", details: { ...lent, until: sampleTime, reason: "holiday" } }),
    failure: "request.refused",
  },
  "delegation.ended": {
    details: {
      delegation,
      from: text("Whose groups they are, as a user id."),
      to,
      groups: texts("The groups."),
      refusal,
      says,
    },
    required: ["delegation", "from", "to", "groups"],
    success: byPersonAlone({ code: "delegation.ended", details: lent }),
    failure: "request.refused",
  },
} as const satisfies Record<string, EventKind>;
