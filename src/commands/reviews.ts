// `reviews`: uses of break-glass and what was said of them, those that still wait first.
import { defineRead } from "../core/action.ts";
import type { Review } from "../core/break-glass.ts";
import { code, message, type Part, person, time } from "../core/message.ts";

const most = 20;

export const reviews = defineRead({
  name: "reviews",
  summary: "Uses of break-glass, those that wait for a review first",
  examples: ["reviews"],
  params: {},
  needs: ["breakGlass", "clock"],
  observe: async ({ breakGlass, clock }) => ({ all: await breakGlass.reviews(most), now: clock.now() }),
  answer: ({ all, now }) => {
    if (all.length === 0)
      return message("Break-glass was never used.", [
        { kind: "text", icon: "ok", text: ["Break-glass was never used here."] },
      ]);
    const open = all.filter((one) => one.state === "open");
    const done = all.filter((one) => one.state !== "open");
    const parts: Part[] = [];
    if (open.length > 0)
      parts.push(
        { kind: "heading", icon: "wait", text: "Waiting for a review" },
        ...open.flatMap((one) => reviewParts(one, now)),
      );
    if (done.length > 0)
      parts.push({ kind: "heading", icon: "info", text: "Reviewed" }, ...done.flatMap((one) => reviewParts(one, now)));
    return message(`${open.length} waiting for a review, ${done.length} reviewed`, parts);
  },
});

/** One use: whose, on what, and what was said so far. */
export function reviewParts(review: Review, now: number): readonly Part[] {
  const { rule, verdicts } = review;
  const missing = rule.count - verdicts.length;
  const late = now >= review.dueAt ? "overdue since " : "due ";
  const state =
    review.state === "open"
      ? [` Needs ${missing} of ${rule.group}, ${late}`, time(review.dueAt), "."]
      : [review.state === "ok" ? " It was right." : " It was not right."];
  return [
    {
      kind: "text",
      icon: review.state === "open" ? "wait" : review.state === "ok" ? "ok" : "stop",
      text: [
        code(review.request),
        ` ${review.title}, by `,
        person(review.by.userId),
        " at ",
        time(review.at),
        `: ${review.reason}.`,
        ...state,
      ],
    },
    ...verdicts.map(
      (verdict): Part => ({
        kind: "small",
        text: [person(verdict.by.userId), verdict.ok ? " ok: " : " not ok: ", verdict.reason],
      }),
    ),
  ];
}
