// What the local Slack saw of the app: every Web API call, and every breach of a Slack rule.
import type { Clock } from "./clock.ts";
import type { Hub } from "./hub.ts";
import type { Obj } from "./records.ts";

export interface CallRecord {
  readonly method: string;
  readonly token: string;
  readonly args: Obj;
  readonly atMs: number;
  readonly status: number;
  readonly reply: Obj;
}

/** `code` is Slack's error code where there is one, else ours: `late_ack`, `bad_ack`, `used_url`, `expired_url`. */
export interface Violation {
  readonly code: string;
  readonly detail: string;
  readonly atMs: number;
}

export interface Log {
  readonly calls: readonly CallRecord[];
  readonly violations: readonly Violation[];
  readonly call: (record: Omit<CallRecord, "atMs">) => void;
  readonly breach: (code: string, detail: string) => void;
}

/** Refusals that a correct app meets too: races and plain facts about the workspace. */
const innocent: ReadonlySet<string> = new Set([
  "already_reacted",
  "already_pinned",
  "no_pin",
  "name_taken",
  "already_in_channel",
  "users_not_found",
  "user_not_found",
  "hash_conflict",
  "message_not_found",
  "thread_not_found",
  "file_not_found",
  "no_reaction",
]);

const KEPT_CALLS = 5000;

export function makeLog(clock: Clock, hub: Hub): Log {
  const calls: CallRecord[] = [];
  const violations: Violation[] = [];
  return {
    calls,
    violations,
    call: (record) => {
      calls.push({ ...record, atMs: clock.now() });
      if (calls.length > KEPT_CALLS) calls.shift();
      hub.tell({ kind: "log" });
    },
    breach: (code, detail) => {
      if (innocent.has(code)) return;
      violations.push({ code, detail, atMs: clock.now() });
      if (violations.length > KEPT_CALLS) violations.shift();
      hub.tell({ kind: "log" });
    },
  };
}
