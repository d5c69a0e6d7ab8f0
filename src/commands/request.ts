// `request`: one request in full: plan, votes, what is missing, its end.
import { defineRead } from "../core/action.ts";
import type { Review } from "../core/break-glass.ts";
import { bold, message, type Part } from "../core/message.ts";
import { wordOf } from "../core/params.ts";
import type { Standing } from "../core/ports/requests.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { findRequest, readRequestId } from "./parts/find-request.ts";
import {
  deadlineText,
  diffAttachment,
  plannedStartText,
  planParts,
  requestFields,
  sentence,
  stateIcons,
  stateOf,
  stepParts,
  voteParts,
} from "./render/request.ts";
import { reviewParts } from "./reviews.ts";

interface Facts {
  readonly found: Request;
  readonly standing: Standing | null;
  /** Of its uses of break-glass. */
  readonly reviews: readonly Review[];
  readonly now: number;
}

const words = { usage: "REQUEST", summary: "the request's id" };

export const request = defineRead({
  name: "request",
  summary: "One request in full",
  examples: ["request r-4k7m2qx"],
  params: { id: wordOf(words, readRequestId) },
  needs: ["requests", "breakGlass", "clock"],
  observe: async ({ requests, breakGlass, clock }, args): Promise<Facts | Refusal> => {
    const found = await findRequest(requests, args.id);
    if (isRefusal(found)) return found;
    const standing = found.state === "pending" ? await requests.standing(found) : null;
    const reviews = found.brokenGlass === undefined ? [] : await breakGlass.reviewsOf(found.id);
    return { found, standing: isRefusal(standing) ? null : standing, reviews, now: clock.now() };
  },
  answer: ({ found, standing, reviews, now }) => {
    const parts: Part[] = [
      { kind: "heading", icon: stateIcons[found.state], text: `${found.plan.title}` },
      {
        kind: "text",
        text: [
          bold(`${found.id} ${stateOf(found)}.`),
          ...plannedStartText(found),
          standing === null && found.says !== "" ? ` ${sentence(found.says)}` : "",
        ],
      },
      requestFields(found),
      ...planParts(found.plan),
      ...voteParts(found),
    ];
    if (standing !== null) parts.push({ kind: "text", icon: "wait", text: [`Still needed: ${standing.missing}.`] });
    parts.push(...stepParts(found), ...reviews.flatMap((review) => reviewParts(review, now)));
    const deadline = deadlineText(found);
    if (deadline.length > 0) parts.push({ kind: "small", text: deadline });
    return message(`${found.id}: ${found.plan.title} (${found.state})`, parts, diffAttachment(found.plan, found.id));
  },
});
