// Which of the old records may lose their words: pure, and no for whatever is not certain.
import type { AuditRecord } from "../../core/audit.ts";
import type { RequestId } from "../../core/ids.ts";
import { textAt } from "../../core/json.ts";
import { awaitsFollowUp, type Request } from "../../core/request.ts";

/** What is alive, as of now. */
export interface Alive {
  /** Records of this time and later are kept. */
  readonly before: number;
  /** The digest of the policy in force. */
  readonly policy: string;
  /** Requests that keep their document: all of theirs is kept with them. */
  readonly requests: ReadonlySet<RequestId>;
  /** Names of freezes that people set and that stand. */
  readonly freezes: ReadonlySet<string>;
}

/** A request that is over: whether its document may go. What it set and what still stands is known by it: who countersigned it, and why. */
export function isDone(request: Request, alive: Omit<Alive, "requests">): boolean {
  if (request.endedAt === null || request.endedAt >= alive.before || awaitsFollowUp(request)) return false;
  return !request.plan.changes.some(
    (change) =>
      change.kind === "setting" &&
      ((change.setting === "policy" && textAt(change.after, "digest") === alive.policy) ||
        (change.setting === "freezes" && alive.freezes.has(change.item ?? ""))),
  );
}

/** Without these nobody could say later why words lack, or why a log goes on that once did not. */
const keptCodes: ReadonlySet<string> = new Set(["log.pruned", "checkpoint.refused"]);

/** False for what is kept for ever, whatever is alive. */
export function mayEverGo({ code, details }: AuditRecord): boolean {
  return !keptCodes.has(code) && !(code === "setting.changed" && textAt(details, "setting") === "audit-log");
}

export function mayGo(record: AuditRecord, alive: Alive): boolean {
  const { code, at, request, details } = record;
  if (at >= alive.before || !mayEverGo(record)) return false;
  if (request !== null && alive.requests.has(request)) return false;
  if (code === "policy.loaded" && textAt(details, "policy") === alive.policy) return false;
  if (code !== "setting.changed") return true;
  return !(textAt(details, "setting") === "freezes" && alive.freezes.has(textAt(details, "item")));
}
