// Jobs of a request: hints that something is due; the record decides whether it still is.
import type { Request } from "../core/request.ts";
import type { Effect } from "./events.ts";

/** One job per version: quorum reached twice for one version is still one execution (R26). */
export function executeJob(request: Request, dueAt: number): Effect {
  return { kind: "schedule", job: "execute", id: `execute:${request.id}:${request.version}`, dueAt };
}

export function expireJob(request: Request, dueAt: number): Effect {
  return { kind: "schedule", job: "expire", id: `expire:${request.id}:${request.version}:${dueAt}`, dueAt };
}

export function remindJob(request: Request, dueAt: number): Effect {
  return { kind: "schedule", job: "remind", id: `remind:${request.id}:${request.version}`, dueAt };
}

export function recoverJob(request: Request, fence: number, dueAt: number): Effect {
  return { kind: "schedule", job: "recover", id: `recover:${request.id}:${request.version}:${fence}:${dueAt}`, dueAt };
}

/** What needs no approval must start within this, and lives no longer than that (R8). */
export const freeStartWithinMs = 15 * 60_000;
export const freeExpiresInMs = 2 * 3_600_000;
