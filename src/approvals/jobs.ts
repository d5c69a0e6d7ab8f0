// Jobs of a request: hints that something is due; the record decides whether it still is.
import type { Request } from "../core/request.ts";
import type { Effect } from "./events.ts";

/**
 * One job each time the approvals are complete: a vote taken back and given again must not be lost with the job that is just
 * ending. That it is one execution all the same is the claim's to see to (R26).
 */
export function executeJob(request: Request, dueAt: number): Effect {
  const id = `execute:${request.id}:${request.version}:${request.quorumAt ?? dueAt}`;
  return { kind: "schedule", job: "execute", id, dueAt };
}

export function expireJob(request: Request, dueAt: number): Effect {
  return { kind: "schedule", job: "expire", id: `expire:${request.id}:${request.version}:${dueAt}`, dueAt };
}

/** One job per claim: it comes when the lease should be over, and comes again while the lease goes on. */
export function recoverJob(request: Request, fence: number, dueAt: number): Effect {
  return { kind: "schedule", job: "recover", id: `recover:${request.id}:${request.version}:${fence}`, dueAt };
}

/** What needs no approval must start within this, and lives no longer than that (R8). */
export const freeStartWithinMs = 15 * 60_000;
export const freeExpiresInMs = 2 * 3_600_000;

/** The direct messages of everybody who was asked are brought up to date. */
export function digestJob(request: Request, now: number): Effect {
  return { kind: "schedule", job: "digest", id: `digest:${request.id}:${request.revision}`, dueAt: now };
}
