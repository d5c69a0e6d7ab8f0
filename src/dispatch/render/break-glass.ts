// What is said about break-glass: the form's body, the alarm, and the words about its review.

import { reviewers } from "../../approvals/review.ts";
import { planParts, requestFields, voteParts } from "../../commands/render/request.ts";
import type { Review } from "../../core/break-glass.ts";
import { bold, code, type Message, message, type Part, person, time } from "../../core/message.ts";
import { type Request, standingGlass } from "../../core/request.ts";

/** Everything that whoever types the confirmation must have read, from the record. */
export function offerMessage(request: Request, missing: string): Message {
  return message(`Break-glass on ${request.id}`, [
    {
      kind: "text",
      icon: "high",
      text: [
        bold(`This runs without ${missing}.`),
        " Those who are skipped are told at once, and your use is reviewed.",
      ],
    },
    { kind: "text", text: [bold(request.plan.title)] },
    ...planParts(request.plan),
    requestFields(request),
    ...voteParts(request),
  ]);
}

/** The alarm: who, what, why, how dangerous, and how to stop it. The same for everybody who is told. */
export function alarmMessage(request: Request, review: Review): Message {
  const glass = standingGlass(request);
  const skipped = glass?.skipped ?? "its approvals";
  const parts: Part[] = [
    { kind: "heading", icon: "high", text: `Break-glass: ${request.plan.title}` },
    {
      kind: "text",
      text: [
        person(review.by.userId),
        " runs ",
        code(request.id),
        ` without ${skipped}.`,
        glass?.throughFreezes === true ? " Freezes do not stop it." : "",
      ],
    },
    { kind: "quote", by: review.by.userId, text: review.reason },
    requestFields(request),
    ...planParts(request.plan),
    {
      kind: "text",
      icon: "stop",
      text: [
        "To stop it: ",
        code(`cancel ${request.id}`),
        " before it starts, ",
        code("halt because …"),
        " at any time.",
      ],
    },
    {
      kind: "small",
      text: [
        `To be reviewed by ${review.rule.count} of ${reviewers(review)} until `,
        time(review.dueAt),
        ": ",
        code(`review ${request.id} ok|not-ok because …`),
      ],
    },
  ];
  return message(`Break-glass by ${review.by.name}: ${request.plan.title}`, parts);
}

export function dueMessage(review: Review, how: "reminder" | "overdue"): Message {
  const missing = review.rule.count - review.verdicts.length;
  const head = how === "overdue" ? "Break-glass was not reviewed in time" : "Break-glass waits for its review";
  return message(`${head}: ${review.request}`, [
    { kind: "heading", icon: how === "overdue" ? "high" : "wait", text: head },
    {
      kind: "text",
      text: [
        person(review.by.userId),
        " used it on ",
        code(review.request),
        ` (${review.title}) `,
        time(review.at),
        ".",
      ],
    },
    { kind: "quote", by: review.by.userId, text: review.reason },
    {
      kind: "text",
      text: [
        `Still needed: ${missing} of ${reviewers(review)}, until `,
        time(review.dueAt),
        ". Type ",
        code(`review ${review.request} ok because …`),
        " or ",
        code(`review ${review.request} not-ok because …`),
      ],
    },
  ]);
}

export function reviewedMessage(review: Review): Message {
  const words = review.state === "ok" ? "was right" : "was not right";
  return message(`Break-glass on ${review.request} ${words}, say its reviewers`, [
    {
      kind: "text",
      icon: review.state === "ok" ? "ok" : "stop",
      text: [`Reviewed: the break-glass on `, code(review.request), ` ${words}.`],
    },
    ...review.verdicts.map(
      (verdict): Part => ({
        kind: "text",
        icon: verdict.ok ? "ok" : "stop",
        text: [person(verdict.by.userId), verdict.ok ? " ok: " : " not ok: ", verdict.reason],
      }),
    ),
  ]);
}
