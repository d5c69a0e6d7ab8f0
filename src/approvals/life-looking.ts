// "I'm looking": said on the card so that others need not come too. No right follows from it.
import { type Person, refOf } from "../core/person.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { isOver, type Looking, type Request, standingVotes } from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import type { Effect, LifeContext, LifeEvent } from "./events.ts";
import type { Stepped } from "./life.ts";
import { mayVote } from "./may-vote.ts";

/** Whoever has not voted by then is not looking any more. */
export const lookingMs = 15 * 60_000;

type Of<K extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: K }>;

export function isLooking(request: Request, now: number): boolean {
  return (request.looking ?? []).some((one) => now < one.until);
}

/** Only somebody whose approval could count now. */
export function look(request: Request, { by }: Of<"look">, context: LifeContext): Stepped | Refusal {
  const { now } = context;
  if (request.state !== "pending")
    return refuse("request-over", `${request.id} waits for nobody any more.`, `Type: request ${request.id}`);
  const refusal = mayVote(request, { human: by.human, name: by.name, choice: "approve" }, context);
  if (refusal !== null) return refusal;
  if (standingVotes(request).some((vote) => vote.human === by.human))
    return refuse(
      "already-voted",
      `${by.name} has already voted on ${request.id}.`,
      "There is nothing left to look at.",
    );
  const others = (request.looking ?? []).filter((one) => now < one.until);
  if (others.some((one) => one.by.human === by.human))
    return refuse(
      "already-so",
      `The card of ${request.id} already says that you are looking.`,
      "Vote, or press Not me.",
    );
  const until = now + lookingMs;
  const next: Request = { ...request, looking: [...others, { by: refOf(by), since: now, until }] };
  const id = `look-over:${request.id}:${request.version}:${request.revision}`;
  return {
    request: next,
    effects: [
      audit("look.started", next, { by, details: { until } }),
      { kind: "schedule", job: "look-over", id, dueAt: until },
      { kind: "card" },
    ],
  };
}

export function lookAway(request: Request, { by }: Of<"look-away">): Stepped | Refusal {
  const own = (request.looking ?? []).find((one) => one.by.human === by.human);
  if (own === undefined)
    return refuse("already-so", `Nobody was told that ${by.name} is looking at ${request.id}.`, "Nothing needs doing.");
  return { request: without(request, [own]), effects: [ended(request, own, "said so", by), { kind: "card" }] };
}

/** Those whose time is over. */
export function lookOver(request: Request, { now }: LifeContext): Stepped | Refusal {
  const over = (request.looking ?? []).filter((one) => now >= one.until);
  if (over.length === 0) return refuse("already-so", `Nobody's look at ${request.id} is over.`, "Nothing is due.");
  return {
    request: without(request, over),
    effects: [...over.map((one) => ended(request, one, "time is over")), { kind: "card" }],
  };
}

/** What any step leaves of it: who has voted looks no more, and nobody looks at what is over or has changed. */
export function settled(before: Request, stepped: Stepped): Stepped {
  const { request } = stepped;
  const looking = request.looking ?? [];
  if (looking.length === 0) return stepped;
  const isGone = isOver(request) || request.version !== before.version || request.state !== "pending";
  const voted = new Set(standingVotes(request).map((vote) => vote.human));
  const done = looking.filter((one) => isGone || voted.has(one.by.human));
  if (done.length === 0) return stepped;
  const why = (one: Looking): string => (voted.has(one.by.human) ? "voted" : "the request goes on");
  return {
    request: without(request, done),
    effects: [...stepped.effects, ...done.map((one) => ended(request, one, why(one)))],
  };
}

function without(request: Request, gone: readonly Looking[]): Request {
  const { looking = [], ...rest } = request;
  const left = looking.filter((one) => !gone.includes(one));
  return left.length === 0 ? rest : { ...rest, looking: left };
}

function ended(request: Request, { by }: Looking, why: string, actor?: Person): Effect {
  return audit("look.ended", request, {
    ...(actor === undefined ? {} : { by: actor }),
    details: { userId: by.userId, why },
  });
}
