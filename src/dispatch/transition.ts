// One step in a request's life, stored with everything that follows from it in one durable transaction.
import type { Effect, LifeContext, LifeEvent, Ringing } from "../approvals/events.ts";
import { type Stepped, step } from "../approvals/life.ts";
import { prunedRefusal } from "../commands/parts/find-request.ts";
import { parseRequestId, type RequestId } from "../core/ids.ts";
import { message } from "../core/message.ts";
import type { Progress } from "../core/ports/clusters.ts";
import type { Tx } from "../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { isOver, type Request } from "../core/request.ts";
import { followRequest } from "./access/follow-request.ts";
import { append } from "./append.ts";
import { cardStanding } from "./card-standing.ts";
import type { Deps } from "./deps.ts";
import { commandText } from "./invoke.ts";
import { lockKeys } from "./lock-keys.ts";
import { askingMessage, unansweredMessage } from "./render/asking.ts";
import { replacedCard, requestCard, resultMessage } from "./render/card.ts";
import { type Looked, lookAt, votersOf } from "./standings.ts";

export interface TransitionOptions {
  /** Also looked up, besides those who voted. */
  readonly byUserId?: string;
  /** More that belongs into the same transaction, after the step; a refusal takes all of it back. */
  readonly also?: (tx: Tx, request: Request) => Promise<Refusal | null>;
}

/** Steps that count votes ask who people are now; the others must not wait for a directory, or be lost with it. */
const counting: ReadonlySet<LifeEvent["kind"]> = new Set([
  ...(["posted", "vote", "withdraw", "claim", "look", "break-glass"] as const),
]);

/** Votes that came in while people were looked up are looked up too; more rounds than this are more votes than people. */
const rounds = 20;

/**
 * Reads the request, steps it, stores it by compare-and-set, and writes its audit records, jobs and messages, all or nothing.
 * A refusal changes nothing. Nothing outside the store is touched: what follows happens through jobs and the outbox.
 */
export async function transition(
  deps: Deps,
  id: RequestId,
  event: LifeEvent,
  options: TransitionOptions = {},
): Promise<Request | Refusal> {
  for (let round = 1; round <= rounds; round += 1) {
    const looked = counting.has(event.kind) ? await lookedAt(deps, id, options) : null;
    if (looked === "not-there") return notThere(deps, id);
    // Nobody's vote is given up for lost because the directory was away for a moment.
    if (looked !== null && looked.unknown !== null) return looked.unknown;
    const stepped = await stepStored(deps, id, { event, options, looked });
    if (stepped === "not-there") return notThere(deps, id);
    if (stepped === "look-again") continue;
    if (isRefusal(stepped)) return stepped;
    if (stepped.effects.some((effect) => effect.kind === "card")) {
      const refreshed = refreshCard(deps, stepped.request, null);
      // Whoever voted is answered by the record, and does not wait for what the card says of the others.
      if (options.byUserId === undefined) await refreshed;
      else refreshed.catch((error: unknown) => deps.log.warn("a card was not refreshed", { id, ...whyOf(error) }));
    }
    deps.nudge();
    return stepped.request;
  }
  return refuse("busy", `${id} is being voted on too quickly.`, "Try again in a moment.");
}

async function lookedAt(
  { store, people }: Deps,
  id: RequestId,
  { byUserId }: TransitionOptions,
): Promise<Looked | "not-there"> {
  const before = await store.requests.get(id);
  return before === null ? "not-there" : lookAt(people, before, byUserId);
}

interface Step {
  readonly event: LifeEvent;
  readonly options: TransitionOptions;
  /** null where no votes are counted. */
  readonly looked: Looked | null;
}

async function stepStored(
  deps: Deps,
  id: RequestId,
  { event, options, looked }: Step,
): Promise<Stepped | Refusal | "look-again" | "not-there"> {
  return deps.store.transact(async (tx) => {
    // Asked together: on a database it is one way there and back.
    const [request, halt] = await Promise.all([tx.requests.get(id), tx.settings.get("halted")]);
    if (request === null) return "not-there";
    if (looked !== null && votersOf(request).some((userId) => !looked.userIds.has(userId))) return "look-again";
    const context: LifeContext = {
      now: deps.clock.now(),
      standings: looked?.standings ?? new Map(),
      halted: halt !== null,
    };
    const next = step(request, event, context);
    if (isRefusal(next)) return next;
    const refusal = (await options.also?.(tx, next.request)) ?? null;
    if (refusal !== null) return refusal;
    if (!(await tx.requests.replace(next.request, request.revision)))
      throw new Error(`request ${id} changed within its own transaction`);
    await followRequest(deps, tx, next.request);
    if (event.kind === "replanned" && next.request.version !== request.version)
      await putReplaced(tx, request, event.changed);
    await follow(deps, tx, next.request, next.effects);
    return next;
  });
}

export async function follow(deps: Deps, tx: Tx, request: Request, effects: readonly Effect[]): Promise<void> {
  for (const effect of effects) {
    switch (effect.kind) {
      case "audit":
        await append(tx, effect.event, deps.channels.audit);
        break;
      case "schedule":
        await tx.jobs.put({
          ...{ id: effect.id, kind: effect.job, request: request.id, dueAt: effect.dueAt },
          ...(effect.job === "execute" ? { targets: lockKeys(request.plan) } : {}),
        });
        break;
      case "free-locks":
        await tx.locks.free(request.id);
        break;
      case "tell":
        for (const whom of effect.whom) await tell(tx, request, whom.userId, effect.says);
        break;
      case "ask":
        await askPeople(deps, tx, request, effect);
        break;
      case "card":
        await putCard(deps, tx, request, null);
        if (isOver(request)) await putResult(deps, tx, request);
        break;
    }
  }
}

/** In the card's thread, with the person named, so that it reaches them and stays part of the story. */
async function tell(tx: Tx, request: Request, userId: string, says: string): Promise<void> {
  await tx.outbox.put({
    key: `tell:${request.id}:${request.revision}:${userId}`,
    living: false,
    to: { channelId: request.card.channelId, thread: { key: cardKey(request) } },
    message: message(says, [{ kind: "text", icon: "info", text: [{ kind: "person", userId }, ` ${says}`] }]),
    request: request.id,
    lane: "story",
  });
}

/** In the card's thread; where there is nobody to name, the approvals channel itself is told. */
async function askPeople(deps: Deps, tx: Tx, request: Request, ringing: Ringing): Promise<void> {
  const isAnybody = ringing.mentioned.length + ringing.named.length > 0;
  await tx.outbox.put({
    key: `ask:${request.id}:${request.revision}`,
    living: false,
    to: { channelId: request.card.channelId, thread: isAnybody ? { key: cardKey(request) } : null },
    message: isAnybody ? askingMessage(request, ringing) : unansweredMessage(request, deps.linkTo),
    request: request.id,
    lane: "story",
  });
}

/** One living message per version: what was voted on is never edited into something else. */
export function cardKey(request: Pick<Request, "id" | "version">): string {
  return request.version === 1 ? `card:${request.id}` : `card:${request.id}:${request.version}`;
}

/** The request whose card a message's key names, or null for any other message. */
export function requestOfCard(key: string): RequestId | null {
  const [kind, id = ""] = key.split(":");
  return kind === "card" ? parseRequestId(id) : null;
}

async function putCard(
  deps: Pick<Deps, "verbs">,
  tx: Tx,
  request: Request,
  progress: Progress | null,
  waiting: { missing: string } | null = null,
): Promise<void> {
  const standing = waiting === null ? null : { missing: waiting.missing, eligible: [], because: "" };
  const shown =
    standing ??
    (request.state === "pending" || request.state === "planned"
      ? { missing: request.says, eligible: [], because: "" }
      : null);
  await tx.outbox.put({
    key: cardKey(request),
    living: true,
    to: { channelId: request.card.channelId, thread: null },
    message: requestCard({ request, standing: shown, progress, undoCommand: undoCommand(deps, request) }),
    request: request.id,
    lane: "card",
  });
}

/** The card that was voted on says that it no longer counts, and keeps what it showed. */
async function putReplaced(tx: Tx, request: Request, changed: readonly string[]): Promise<void> {
  await tx.outbox.put({
    key: cardKey(request),
    living: true,
    to: { channelId: request.card.channelId, thread: null },
    message: replacedCard(request, changed),
    request: request.id,
    lane: "card",
  });
}

/** The card again, with who can countersign or how far it is; only for showing, so never in the way of the record. */
export async function refreshCard(
  deps: Pick<Deps, "store" | "people" | "verbs" | "policy" | "onCall" | "clock">,
  request: Request,
  progress: Progress | null,
): Promise<void> {
  if (progress === null && request.state !== "pending" && request.state !== "planned") return;
  const waiting = progress === null ? await cardStanding(deps, request) : null;
  await deps.store.transact(async (tx) => {
    const now = await tx.requests.get(request.id);
    if (now === null) return;
    // A heartbeat may have come between: progress is shown on the request as it is, so that it is not lost.
    const isCurrent = progress === null ? now.revision === request.revision : now.state === request.state;
    if (isCurrent) await putCard(deps, tx, now, progress, waiting);
  });
}

/** Where it was asked, its end is told too, unless that is the card's own channel. */
async function putResult(deps: Deps, tx: Tx, request: Request): Promise<void> {
  const { askedIn, card } = request;
  if (askedIn.channelId === card.channelId) return;
  await tx.outbox.put({
    key: `result:${request.id}`,
    living: false,
    to: { channelId: askedIn.channelId, thread: askedIn.ts === null ? null : { ts: askedIn.ts } },
    message: resultMessage(request, undoCommand(deps, request)),
    request: request.id,
    lane: "answer",
  });
}

export function undoCommand(deps: Pick<Deps, "verbs">, request: Request): string | null {
  const { undo } = request.plan;
  if (undo.kind === "none") return null;
  const action = deps.verbs.get(undo.invocation.verb);
  return action === undefined ? null : `${commandText(action, undo.invocation.args)} --dry-run`;
}

function whyOf(error: unknown): { readonly why: string } {
  return { why: error instanceof Error ? error.message : String(error) };
}

async function notThere(deps: Pick<Deps, "store">, id: RequestId): Promise<Refusal> {
  const left = await deps.store.requests.pruned(id);
  return left === null ? noSuchRequest(id) : prunedRefusal(left);
}

function noSuchRequest(id: RequestId): Refusal {
  return refuse("no-such-request", `There is no request ${id}.`, "Type approvals to see the open ones.");
}
