// Where cards stand: recorded when one was posted, and looked for at the start where a killed process did not come to record it.
import type { SentMessage } from "../core/outbox.ts";
import { StoreUnavailable } from "../core/ports/store.ts";
import { isOver, type Request } from "../core/request.ts";
import type { Deps } from "./deps.ts";
import { tellOthers, toTell } from "./telling.ts";
import { cardKey, requestOfCard, transition } from "./transition.ts";

export async function posted(deps: Deps, sent: SentMessage): Promise<void> {
  const id = requestOfCard(sent.key);
  const request = id === null ? null : await deps.store.requests.get(id);
  if (request !== null && !isOver(request) && sent.key === cardKey(request)) await stands(deps, request, sent);
}

/** Where the card of the request's version stands: for the first time, or anew after somebody deleted it. */
async function stands(deps: Deps, request: Request, { ts }: SentMessage): Promise<void> {
  if (request.postedAt === null) {
    const told = await toTell(deps, request);
    await transition(
      deps,
      request.id,
      { kind: "posted", cardTs: ts },
      {
        also: async (tx, next) => {
          if (next.state === "pending") await tellOthers(tx, next, told);
          return null;
        },
      },
    );
  } else if (request.card.ts !== ts) await transition(deps, request.id, { kind: "reposted", cardTs: ts });
}

/** Requests in memory at once: each may hold a large manifest. */
const page = 50;
const againMs = 5_000;
const sweepMs = 15_000;
/** More than that wait for their card only where Slack takes none. */
const sweptMost = 100;

/**
 * Killed between Slack's answer and its record: the outbox knows where the card stands, the request does not yet. All that are open
 * are looked at, page by page, while the bot is at work already; resolves when it is done, or was told to stop.
 */
export async function adoptPosted(deps: Deps, signal: AbortSignal): Promise<void> {
  let after: Pick<Request, "id" | "createdAt"> | null = null;
  while (!signal.aborted) {
    try {
      const found: readonly Request[] = await deps.store.requests.unplaced({ after, limit: page });
      for (const request of found) if (!signal.aborted) await adopt(deps, request).catch(passOver(deps, request));
      if (found.length < page) return;
      after = found.at(-1) ?? null;
    } catch (error) {
      deps.log.warn("cards that were posted could not be looked for", {
        error: error instanceof Error ? error : undefined,
      });
      await deps.clock.wait(againMs, signal);
    }
  }
}

/** A card that stands while its record could not be written, or whose sender died just then: nobody could vote on it, for ever. */
export async function sweepCards(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await deps.clock.wait(sweepMs, signal);
    if (signal.aborted) return;
    try {
      const waiting = await deps.store.requests.list({ states: ["planned"], limit: sweptMost });
      for (const request of waiting) await adopt(deps, request);
    } catch (error) {
      deps.log.warn("posted cards could not be recorded", { error: error instanceof Error ? error : undefined });
    }
  }
}

/** What is wrong with one keeps nobody from the others; without the store all of them wait. */
function passOver({ log }: Deps, { id }: Request): (error: unknown) => void {
  return (error) => {
    if (error instanceof StoreUnavailable) throw error;
    log.error("a posted card was not recorded", { request: id, error: error instanceof Error ? error : undefined });
  };
}

/** Once more where the card was posted anew meanwhile: what is recorded last is what was sent last. */
async function adopt(deps: Deps, { id, version }: Request): Promise<void> {
  const key = cardKey({ id, version });
  for (let before: string | null = null; ; ) {
    const sent = await deps.store.outbox.sent(key);
    if (sent === null || sent.ts === before) return;
    await posted(deps, sent);
    before = sent.ts;
  }
}
