// Events of access for a time: active, extended, handed over, taken away, gone.
import { byPerson, count, type EventKind, ofRequest, oneOf, sampleTime, says, text, textOrNull } from "./event-kind.ts";

const role = text("The role, as the catalogue names it.");
const where = text("Where it is held.");
const holder = text("Who holds it, as a user id.");
const until = count("When it ends, by the cluster's clock, in ms since 1970.");
const credential = oneOf(
  ["binding", "token", "membership"],
  "How it is used: with the holder's own credentials, by a token, or as a member in another system.",
);
const how = oneOf(["expired", "revoked", "done", "removed", "not-confirmed", "not-begun"], "Why it ends.");
const sample = { role: "read-logs", where: "shop on dev", holder: "U1ZBX8JQ3" };

export const grantEvents = {
  "grant.activated": {
    details: { role, where, holder, until, credential, says },
    required: ["role", "where", "holder", "until"],
    success: ofRequest({
      code: "grant.activated",
      details: { ...sample, until: sampleTime + 7_200_000, credential: "binding" },
    }),
    failure: ofRequest({
      code: "grant.activated",
      outcome: "failed",
      details: { ...sample, until: sampleTime, says: "The cluster did not say that the holder may." },
    }),
  },
  "grant.extended": {
    details: { role, where, holder, until, credential, says },
    required: ["role", "where", "holder", "until"],
    success: ofRequest({
      code: "grant.extended",
      details: { ...sample, until: sampleTime + 10_800_000, credential: "binding" },
    }),
    failure: ofRequest({
      code: "grant.extended",
      outcome: "failed",
      details: { ...sample, until: sampleTime, says: "The grant ended before." },
    }),
  },
  "grant.handed-over": {
    details: { role, where, holder, until, says },
    required: ["role", "where", "holder", "until"],
    success: byPerson({ code: "grant.handed-over", details: { ...sample, until: sampleTime + 7_200_000 } }),
    failure: byPerson({
      code: "grant.handed-over",
      outcome: "failed",
      details: { ...sample, until: sampleTime, says: "The token of r-4k7m2qx is not here any more." },
    }),
  },
  "grant.ending": {
    details: {
      role,
      where,
      holder,
      how,
      why: textOrNull("The reason that was given."),
      objects: count("How many objects are to be removed."),
      says,
    },
    required: ["role", "where", "holder", "how"],
    success: byPerson({
      code: "grant.ending",
      details: { ...sample, how: "revoked", why: "the incident is over", objects: 1 },
    }),
    failure: byPerson({
      code: "grant.ending",
      outcome: "refused",
      details: { ...sample, how: "revoked", says: "Ada neither holds it nor may countersign it." },
    }),
  },
  "grant.ended": {
    details: { role, where, holder, how, says },
    required: ["role", "where", "holder", "how"],
    success: ofRequest({
      code: "grant.ended",
      details: { ...sample, how: "expired", says: "Read back as gone." },
    }),
    failure: ofRequest({
      code: "grant.ended",
      outcome: "failed",
      details: { ...sample, how: "expired", says: "The cluster dev did not answer." },
    }),
  },
} as const satisfies Record<string, EventKind>;
