// The review of a break-glass use: who may say what they think of it, and when it is done (R30, T24).

import type { Review } from "../core/break-glass.ts";
import { isHuman, refOf } from "../core/person.ts";
import type { GivenVerdict } from "../core/ports/break-glass.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/** Pure. Done with the verdict that makes them enough; one “not-ok” among them and the whole is not ok. */
export function reviewed(review: Review, given: GivenVerdict, now: number): Review | Refusal {
  const refusal = mayReview(review, given);
  if (refusal !== null) return refusal;
  const verdicts = [...review.verdicts, { by: refOf(given.by), ok: given.ok, reason: given.reason.trim(), at: now }];
  const isDone = verdicts.length >= review.rule.count;
  const state = !isDone ? "open" : verdicts.every(({ ok }) => ok) ? "ok" : "not-ok";
  return { ...review, verdicts, state, revision: review.revision + 1 };
}

function mayReview(review: Review, { by, reason }: GivenVerdict): Refusal | null {
  if (review.state !== "open")
    return refuse("no-review", `The use on ${review.request} is reviewed already.`, "Type: reviews");
  if ([review.by.human, ...review.concerned].some((human) => isHuman(by, human)))
    return refuse(
      "own-request",
      `${by.name} used break-glass on ${review.request}, asked for it or wrote it, and nobody reviews their own.`,
      `Others of ${reviewers(review)} must.`,
    );
  const { group, escalateTo } = review.rule;
  if (!by.groups.some((one) => one === group || one === escalateTo))
    return refuse("not-eligible", `${by.name} is not among those who review this.`, `They are ${reviewers(review)}.`);
  if (review.verdicts.some((verdict) => isHuman(by, verdict.by.human)))
    return refuse("already-voted", `${by.name} has reviewed ${review.request} already.`, "It counts once.");
  if (reason.trim() !== "") return null;
  return refuse(
    "reason-required",
    "A review says why.",
    `Type: review ${review.request} ok because … (or not-ok because …)`,
  );
}

export function reviewers({ rule }: Pick<Review, "rule">): string {
  return rule.escalateTo === null || rule.escalateTo === rule.group
    ? rule.group
    : `${rule.group} or ${rule.escalateTo}`;
}

/** Why the next use must wait: the oldest of this person's uses that nobody has looked at, or null (R30). */
export function unreviewed(open: readonly Review[], openUses: number, now: number): Refusal | null {
  const overdue = open.find((review) => now >= review.dueAt);
  const first = overdue ?? (open.length >= openUses ? open[0] : undefined);
  if (first === undefined) return null;
  const missing = first.rule.count - first.verdicts.length;
  const late = overdue === undefined ? "" : " and is overdue";
  return refuse(
    "review-missing",
    `Your use of break-glass on ${first.request} still waits for ${missing} of ${reviewers(first)} to review it${late}.`,
    `Ask them to type: review ${first.request} ok because …`,
    [{ label: `Show ${first.request}`, command: `request ${first.request}` }],
  );
}
