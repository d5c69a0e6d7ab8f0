// Asking people, ring by ring: nobody twice in one ring, nobody while somebody already looks (R23).
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import type { LifeContext, LifeEvent } from "./events.ts";
import type { Stepped } from "./life.ts";
import { isLooking } from "./life-looking.ts";
import { putOffMs, type Ring, ringJob } from "./rings.ts";

type RingEvent = Extract<LifeEvent, { kind: "ring" }>;

/** The same ring again asks nobody. Whoever is handed in can help now: that is looked up right before. */
export function ring(request: Request, event: RingEvent, { now }: LifeContext): Stepped | Refusal {
  const rung = request.asked?.rung ?? 0;
  if (request.state !== "pending" || request.version !== event.version)
    return refuse("already-so", `${request.id} waits for nobody.`, "Nobody needs asking.");
  if (event.ring !== "turn") {
    if (event.ring <= rung)
      return refuse("already-so", `Ring ${event.ring} of ${request.id} has rung.`, "Nobody is asked twice.");
    const waits = whileLooking(request, event.ring, now);
    if (waits !== null) return waits;
  }
  const asked = [...event.mentioned, ...event.named];
  // Of an empty ring nothing is kept: the record of a request that waits for nobody new stays as it is.
  if (asked.length === 0 && event.ring !== 3)
    return refuse("already-so", `Nobody new can countersign ${request.id} now.`, "Nobody needs asking.");
  const { ring: which, mentioned, named, why } = event;
  const userIds = new Set([...(request.asked?.userIds ?? []), ...asked.map((one) => one.userId)]);
  const reached = which === "turn" ? rung : which;
  const next: Request = { ...request, asked: { ...request.asked, rung: reached, userIds: [...userIds] } };
  const details = { ring: which === "turn" ? 1 : which, asked: asked.map((one) => one.userId), why };
  return {
    request: next,
    effects: [
      audit("approvers.asked", next, { details }),
      { kind: "ask", ring: which, mentioned, named, why },
      { kind: "card" },
    ],
  };
}

/** Once a ring: somebody who only says so can't keep the others from being asked. */
function whileLooking(request: Request, due: Ring, now: number): Stepped | Refusal | null {
  const putOff = request.asked?.putOff;
  if (putOff?.ring === due) {
    if (now >= putOff.until) return null;
    return refuse("already-so", `Ring ${due} of ${request.id} is put off.`, "It rings later.");
  }
  if (due === 1 || !isLooking(request, now)) return null;
  const until = now + putOffMs;
  const known = request.asked ?? { rung: 0, userIds: [] };
  const next: Request = { ...request, asked: { ...known, putOff: { ring: due, until } } };
  return { request: next, effects: [ringJob(next, `${due}-later`, until), { kind: "card" }] };
}
