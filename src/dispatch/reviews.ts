// Reviews of break-glass uses: opened with the use, reminded of, escalated when overdue, and ended by enough verdicts.
import { reviewed } from "../approvals/review.ts";
import type { BreakGlass, Review } from "../core/break-glass.ts";
import type { GroupName, RequestId } from "../core/ids.ts";
import type { Message } from "../core/message.ts";
import type { PersonRef } from "../core/person.ts";
import type { GivenVerdict } from "../core/ports/break-glass.ts";
import type { Job, Tx } from "../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { type Request, standingGlass } from "../core/request.ts";
import { append } from "./append.ts";
import type { Deps } from "./deps.ts";
import { plainEvent } from "./record.ts";
import { alarmMessage, dueMessage, reviewedMessage } from "./render/break-glass.ts";
import { cardKey } from "./transition.ts";

/** In the transaction of the use; its jobs only remind, what is due stands in the review. */
export async function openReview(tx: Tx, request: Request, rule: BreakGlass): Promise<Review> {
  const glass = standingGlass(request);
  if (glass === null) throw new Error(`${request.id} was not opened by break-glass`);
  const review: Review = {
    ...{ id: `${request.id}:${glass.at}`, revision: 1, request: request.id, title: request.plan.title },
    ...{ by: glass.by, reason: glass.reason, at: glass.at, dueAt: glass.at + rule.review.withinMs, rule: rule.review },
    concerned: concernedBy(request).map(({ human }) => human),
    ...{ verdicts: [], state: "open", remindedAt: null, overdueAt: null },
  };
  await tx.reviews.insert(review);
  const halfway = Math.floor((review.at + review.dueAt) / 2);
  await tx.jobs.put({ id: `review:${review.id}:half`, kind: "review", request: request.id, dueAt: halfway });
  await tx.jobs.put({ id: `review:${review.id}:due`, kind: "review", request: request.id, dueAt: review.dueAt });
  return review;
}

/** Who asked for it, who gains by it, and whoever wrote what it applies: the same as never countersign it (R10). */
function concernedBy({ requester, beneficiary, authors }: Request): readonly PersonRef[] {
  return [requester, ...(beneficiary === undefined ? [] : [beneficiary]), ...authors];
}

/** One message each, at once, to channels and people alike. */
export async function tellBroken(
  tx: Tx,
  request: Request,
  { review, to }: { readonly review: Review; readonly to: readonly string[] },
): Promise<void> {
  await tellEach(tx, review, { to, about: "used", message: alarmMessage(request, review) });
}

interface Told {
  readonly to: readonly string[];
  readonly about: string;
  readonly message: Message;
}

/** A person's id as the channel reaches them directly: docs.slack.dev/reference/methods/chat.postMessage, "Channels". */
async function tellEach(tx: Tx, review: Review, { to, about, message }: Told): Promise<void> {
  for (const channelId of new Set(to)) {
    const key = `break-glass:${about}:${review.id}:${channelId}`;
    await tx.outbox.put({
      key,
      living: false,
      to: { channelId, thread: null },
      message,
      request: review.request,
      lane: "story",
    });
  }
}

export async function giveReview(deps: Deps, id: RequestId, given: GivenVerdict): Promise<Review | Refusal> {
  const done = await deps.store.transact(async (tx) => {
    const [open] = await tx.reviews.list({ request: id, state: "open", limit: 1 });
    if (open === undefined)
      return refuse(
        "no-review",
        `No use of break-glass on ${id} waits for a review.`,
        "Type reviews to see those that do.",
      );
    const next = reviewed(open, given, deps.clock.now());
    if (isRefusal(next)) return next;
    if (!(await tx.reviews.replace(next, open.revision)))
      throw new Error(`review ${open.id} changed within its transaction`);
    await recordVerdict(deps, tx, next, given);
    return next;
  });
  deps.nudge();
  return done;
}

async function recordVerdict(deps: Deps, tx: Tx, review: Review, given: GivenVerdict): Promise<void> {
  const choice = given.ok ? "ok" : "not-ok";
  const details = { review: review.id, choice, reason: given.reason };
  const event = { ...plainEvent("review.given", { actor: given.by, details }), request: review.request };
  await append(tx, event, deps.channels.audit);
  if (review.state === "open") return;
  const reviewers = review.verdicts.map((verdict) => verdict.by.userId);
  const ended = { review: review.id, state: review.state, reviewers, usedBy: review.by.userId };
  const done = { ...plainEvent("review.done", { actor: null, details: ended }), request: review.request };
  await append(tx, done, deps.channels.audit);
  const request = await tx.requests.get(review.request);
  if (request === null) return;
  const thread = { key: cardKey(request) };
  await tx.outbox.put({
    key: `break-glass:reviewed:${review.id}`,
    living: false,
    to: { channelId: request.card.channelId, thread },
    message: reviewedMessage(review),
    request: review.request,
    lane: "story",
  });
}

/** At half time those who review are reminded, at the end those it is escalated to are told; each once. */
export async function reviewDue(deps: Deps, job: Job): Promise<void> {
  const id = job.id.replace(/^review:/, "").replace(/:(half|due)$/, "");
  const review = await deps.store.reviews.get(id);
  if (review === null || review.state !== "open") return;
  const isOverdue = deps.clock.now() >= review.dueAt;
  if (isOverdue ? review.overdueAt !== null : review.remindedAt !== null) return;
  const { group, escalateTo } = review.rule;
  const people = await membersOf(deps, isOverdue ? [group, ...(escalateTo === null ? [] : [escalateTo])] : [group]);
  const channels = isOverdue ? await channelsNow(deps) : [];
  await deps.store.transact(async (tx) => {
    const now = await tx.reviews.get(id);
    if (now === null || now.revision !== review.revision) return;
    const at = deps.clock.now();
    const next = { ...now, revision: now.revision + 1, ...(isOverdue ? { overdueAt: at } : { remindedAt: at }) };
    if (!(await tx.reviews.replace(next, now.revision))) throw new Error(`review ${id} changed within its transaction`);
    const about = isOverdue ? "overdue" : "reminder";
    const to = [...channels, ...people.filter((userId) => !isConcerned(review, userId))];
    await tellEach(tx, review, { to, about, message: dueMessage(review, about) });
    if (!isOverdue) return;
    const missing = review.rule.count - review.verdicts.length;
    const says = `${missing} of its reviews are missing; ${review.by.name} cannot use break-glass until they are there.`;
    const details = { review: id, usedBy: review.by.userId, missing, escalatedTo: escalateTo ?? group, says };
    const event = { ...plainEvent("review.overdue", { actor: null, details }), request: review.request };
    await append(tx, event, deps.channels.audit);
  });
  deps.nudge();
}

function isConcerned(review: Review, userId: string): boolean {
  return review.by.userId === userId || review.verdicts.some((verdict) => verdict.by.userId === userId);
}

/** Whoever can't be found now is not told this way; the record and the channels say it all the same. */
async function membersOf(deps: Deps, groups: readonly GroupName[]): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const group of groups) {
    const members = await deps.people.members(group);
    if (isRefusal(members)) deps.log.warn("reviewers could not be found", { group, says: members.message });
    else for (const member of members) ids.add(member.userId);
  }
  return [...ids];
}

async function channelsNow(deps: Deps): Promise<readonly string[]> {
  const ids: string[] = [deps.channels.audit];
  for (const name of deps.policy().breakGlass?.tell ?? []) {
    const id = await deps.channelId(name);
    if (!isRefusal(id)) ids.push(id);
  }
  return ids;
}
