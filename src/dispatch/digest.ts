// One direct message a person that says what waits for them, in place of ten pings: it lives, and goes quiet when nothing waits.
import { waitingFor } from "../approvals/eligible.ts";
import type { PersonRef } from "../core/person.ts";
import type { Digested, Job, Tx } from "../core/ports/store.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import type { Deps } from "./deps.ts";
import { digestMessage, movedMessage, quietMessage } from "./render/digest.ts";
import { candidatesOf } from "./standings.ts";

/** What comes within this is gathered into the message that is there; what comes later is a new message, which notifies. */
export const gatherMs = 2 * 60_000;

/** More requests than this at once are counted, not looked at one by one. */
const most = 100;

/** Their phones ring with what is written in this transaction. Throws when somebody else has just written; then again. */
export async function rangNow(tx: Tx, people: readonly PersonRef[], now: number): Promise<void> {
  for (const { userId } of people) {
    const known = (await tx.digests.get(userId)) ?? nothingTold(userId);
    await put(tx, { ...known, pingedAt: now });
  }
}

/** Everybody who was asked about this request, and everybody whose message shows it. Twice changes nothing more. */
export async function bringUpToDate(deps: Deps, job: Job): Promise<void> {
  const request = await deps.store.requests.get(job.request);
  const shown = (await deps.store.digests.loud()).filter((one) => one.requests.includes(job.request));
  const userIds = new Set([...(request?.asked?.userIds ?? []), ...shown.map((one) => one.userId)]);
  if (userIds.size === 0) return;
  const waits = await whatWaits(deps);
  for (const userId of userIds) await tell(deps, userId, waits.get(userId) ?? []);
  deps.nudge();
}

/** By person: requests that they were asked to look at, and can help now. */
async function whatWaits(deps: Deps): Promise<ReadonlyMap<string, readonly Request[]>> {
  const pending = await deps.store.requests.list({ states: ["pending"], limit: most });
  const waits = new Map<string, Request[]>();
  for (const request of pending) {
    if (request.requirement === null || request.asked === undefined) continue;
    const candidates = await candidatesOf(deps.people, request, request.requirement);
    if (isRefusal(candidates)) continue;
    for (const { userId } of waitingFor(request, candidates).eligible) {
      if (request.asked.userIds.includes(userId)) waits.set(userId, [...(waits.get(userId) ?? []), request]);
    }
  }
  return waits;
}

async function tell(deps: Deps, userId: string, requests: readonly Request[]): Promise<void> {
  await deps.store.transact(async (tx) => {
    const known = (await tx.digests.get(userId)) ?? nothingTold(userId);
    const now = deps.clock.now();
    const ids = requests.map((request) => request.id);
    if (requests.length === 0) {
      if (known.key === null || known.requests.length === 0) return;
      await post(tx, { userId, key: known.key, message: quietMessage(now) });
      await put(tx, { ...known, requests: [] });
      return;
    }
    const isNews = ids.some((id) => !known.requests.includes(id));
    const isOpen = known.key !== null && known.requests.length > 0;
    const isFresh = isOpen && now >= known.openedAt && now - known.openedAt < gatherMs;
    if (known.key !== null && isOpen && (!isNews || isFresh)) {
      await post(tx, { userId, key: known.key, message: digestMessage(requests, deps.linkTo) });
      await put(tx, { ...known, requests: ids });
      return;
    }
    if (known.key !== null && isOpen) await post(tx, { userId, key: known.key, message: movedMessage() });
    const key = `digest:${userId}:${known.revision + 1}`;
    await post(tx, { userId, key, message: digestMessage(requests, deps.linkTo) });
    await put(tx, { ...known, key, openedAt: now, pingedAt: now, requests: ids });
  });
}

function nothingTold(userId: string): Digested {
  return { userId, revision: 0, key: null, openedAt: 0, pingedAt: 0, requests: [] };
}

async function put(tx: Tx, known: Digested): Promise<void> {
  const isPut = await tx.digests.put({ ...known, revision: known.revision + 1 });
  if (!isPut) throw new Error(`what ${known.userId} was told changed within its own transaction`);
}

/** To the person's own channel with the bot. */
async function post(
  tx: Tx,
  { userId, key, message }: { userId: string; key: string; message: ReturnType<typeof movedMessage> },
): Promise<void> {
  await tx.outbox.put({
    key,
    living: true,
    to: { channelId: userId, thread: null },
    message,
    request: null,
    lane: "answer",
  });
}
