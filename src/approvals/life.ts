// The life of a request: one pure step per event; everything that follows is told as effects.
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { isOver, type Request } from "../core/request.ts";
import type { Effect, LifeContext, LifeEvent } from "./events.ts";
import { digestJob } from "./jobs.ts";
import { ring } from "./life-asking.ts";
import { breakGlass } from "./life-break-glass.ts";
import { cancel, posted, replanned, reposted, supersede, tick } from "./life-course.ts";
import {
  abandoned,
  claim,
  ended,
  handedOver,
  heartbeat,
  orphaned,
  recovered,
  stepRecorded,
  waits,
  writtenAll,
} from "./life-execution.ts";
import { look, lookAway, lookOver, settled } from "./life-looking.ts";
import { vote, withdraw } from "./life-votes.ts";

export interface Stepped {
  /** Its revision is one more than before; store it by compare-and-set on the revision before. */
  readonly request: Request;
  /** In order; audit events are recorded in the same transaction as the request, before anything else happens. */
  readonly effects: readonly Effect[];
}

/**
 * Pure: the same request, event and context give the same step. A refusal changes nothing; events that arrive twice are
 * refused the second time (R19). Nothing leaves an end state.
 */
export function step(request: Request, event: LifeEvent, context: LifeContext): Stepped | Refusal {
  if (isOver(request))
    return refuse(
      "request-over",
      `${request.id} is over: ${request.state}.`,
      `Ask anew; “request ${request.id}” shows its story.`,
    );
  const stepped = stepOpen(request, event, context);
  if (isRefusal(stepped)) return stepped;
  const whole = settled(request, stepped);
  const next = { ...whole.request, revision: request.revision + 1 };
  const { effects } = whole;
  return { request: next, effects: [...effects, ...digests(request, next, { effects, now: context.now })] };
}

/** The direct messages of whoever was asked show how it goes. */
function digests(
  before: Request,
  next: Request,
  { effects, now }: { effects: readonly Effect[]; now: number },
): readonly Effect[] {
  const asked = [before, next].some((request) => (request.asked?.userIds.length ?? 0) > 0);
  const isShown = effects.some((effect) => effect.kind === "card" || effect.kind === "ask");
  return asked && isShown ? [digestJob(next, now)] : [];
}

function stepOpen(request: Request, event: LifeEvent, context: LifeContext): Stepped | Refusal {
  switch (event.kind) {
    case "posted":
      return posted(request, event, context);
    case "reposted":
      return reposted(request, event);
    case "vote":
      return vote(request, event, context);
    case "withdraw":
      return withdraw(request, event, context);
    case "tick":
      return tick(request, context);
    case "ring":
      return ring(request, event, context);
    case "look":
      return look(request, event, context);
    case "look-away":
      return lookAway(request, event);
    case "look-over":
      return lookOver(request, context);
    case "replanned":
      return replanned(request, event, context);
    case "break-glass":
      return breakGlass(request, event, context);
    case "claim":
      return claim(request, event, context);
    case "waits":
      return waits(request, event);
    case "abandoned":
      return abandoned(request, event, context);
    case "heartbeat":
      return heartbeat(request, event, context);
    case "step-recorded":
      return stepRecorded(request, event, context);
    case "written-all":
      return writtenAll(request, event, context);
    case "ended":
      return ended(request, event, context);
    case "cancel":
      return cancel(request, event, context);
    case "supersede":
      return supersede(request, event, context);
    case "orphaned":
      return orphaned(request, event, context);
    case "handed-over":
      return handedOver(request, event, context);
    case "recovered":
      return recovered(request, event, context);
    default:
      return event satisfies never;
  }
}
