// Which of the old records may lose their words: pure, and no for whatever is not certain.
import type { AuditRecord } from "../../core/audit.ts";
import type { RequestId } from "../../core/ids.ts";
import { textAt } from "../../core/json.ts";

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

/** Without these nobody could say later why words lack, or why a log goes on that once did not. */
const keptCodes: ReadonlySet<string> = new Set(["log.pruned", "checkpoint.refused"]);

export function mayGo(record: AuditRecord, alive: Alive): boolean {
  const { code, at, request, details } = record;
  if (at >= alive.before || keptCodes.has(code)) return false;
  if (request !== null && alive.requests.has(request)) return false;
  if (code === "policy.loaded" && textAt(details, "policy") === alive.policy) return false;
  if (code !== "setting.changed") return true;
  const setting = textAt(details, "setting");
  return setting !== "audit-log" && !(setting === "freezes" && alive.freezes.has(textAt(details, "item")));
}
