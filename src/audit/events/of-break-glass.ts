// Events of break-glass and of its reviews.
import {
  byPerson,
  count,
  type EventKind,
  ofRequest,
  oneOf,
  refusal,
  sampleTime,
  says,
  text,
  texts,
  yesOrNo,
} from "./event-kind.ts";

const review = text("The review's id: the request and when it was opened.");
const sampleReview = `r-4k7m2qx:${sampleTime}`;

export const breakGlassEvents = {
  "breakglass.used": {
    details: {
      reason: text("Why, in the words of whoever used it."),
      skipped: text("The approvals that were missing."),
      title: text("The plan in one sentence."),
      startBy: count("It starts before this, in ms since 1970, or not at all."),
      throughFreezes: yesOrNo("Whether freezes do not stop it."),
      says,
    },
    required: ["reason", "skipped"],
    success: byPerson({
      code: "breakglass.used",
      details: {
        reason: "checkout is down, nobody of payments answers",
        skipped: "1 of payments-leads",
        title: "Roll back checkout in shop from revision 42 to 41",
        startBy: sampleTime,
        throughFreezes: false,
      },
    }),
    failure: "breakglass.refused",
  },
  "breakglass.refused": {
    details: { command: text("The verb."), refusal, says },
    required: ["refusal", "says"],
    success: "breakglass.used",
    failure: byPerson({
      code: "breakglass.refused",
      outcome: "refused",
      details: { command: "breakglass", refusal: "review-missing", says: "Your last use still waits for its review." },
    }),
  },
  "review.given": {
    details: {
      review,
      choice: oneOf(["ok", "not-ok"], "What the reviewer thinks of the use."),
      reason: text("Why, in their words."),
      says,
    },
    required: ["review", "choice", "reason"],
    success: byPerson({
      code: "review.given",
      details: { review: sampleReview, choice: "ok", reason: "the rollback was right" },
    }),
    failure: byPerson({
      code: "review.given",
      outcome: "refused",
      details: { review: sampleReview, choice: "ok", reason: "", says: "A review says why." },
    }),
  },
  "review.done": {
    details: {
      review,
      state: oneOf(["ok", "not-ok"], "Not ok as soon as one of the reviewers says so."),
      reviewers: texts("Who reviewed, as user ids."),
      usedBy: text("Whose use it was."),
      says,
    },
    required: ["review", "state", "reviewers"],
    success: ofRequest({
      code: "review.done",
      details: { review: sampleReview, state: "ok", reviewers: ["U0G9QF9C6", "U1ZBX8JQ3"], usedBy: "U061F7AUR" },
    }),
    failure: "review.overdue",
  },
  "review.overdue": {
    details: {
      review,
      usedBy: text("Whose use it was: no other use until it is reviewed."),
      missing: count("How many reviews are missing."),
      escalatedTo: text("The group that was told."),
      says,
    },
    required: ["review", "usedBy"],
    success: "review.done",
    failure: ofRequest({
      code: "review.overdue",
      outcome: "failed",
      details: {
        review: sampleReview,
        usedBy: "U061F7AUR",
        missing: 2,
        escalatedTo: "security",
        says: "2 of its reviews are missing.",
      },
    }),
  },
} as const satisfies Record<string, EventKind>;
