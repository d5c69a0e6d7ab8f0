// The one checker: all invariants over a recorded history. Pure; nothing of it knows how the history came about.
import { stale } from "./cards.ts";
import type { Finding, History } from "./history.ts";
import { read } from "./read.ts";
import { unended, vanished } from "./record.ts";
import { told, unanswered } from "./sinks.ts";
import { unapproved } from "./votes.ts";
import { lost, twice, unintended } from "./writes.ts";

export async function check(history: History): Promise<readonly Finding[]> {
  const all = read(history);
  return [
    ...unintended(all),
    ...twice(all),
    ...unapproved(all),
    ...lost(all),
    ...unended(all),
    ...(await vanished(all)),
    ...stale(all),
    ...told(all),
    ...unanswered(all),
  ];
}
