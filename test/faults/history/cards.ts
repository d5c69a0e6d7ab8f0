// I6, of cards: once every message has gone out, each request has one card that counts, and it shows what the record says.
import type { AuditRecord } from "../../../src/core/audit.ts";
import type { Finding, ShownCard } from "./history.ts";
import type { Read } from "./read.ts";

export function stale({ history, byRequest, forgotten }: Read): readonly Finding[] {
  const found: Finding[] = [];
  for (const [request, cards] of Map.groupBy(history.cards ?? [], (card) => card.request)) {
    if (forgotten.has(request)) continue;
    const counting = cards.filter(({ says }) => says !== "replaced");
    if (counting.length !== 1)
      found.push(finding(`${request}: ${counting.length} of its ${cards.length} cards count (${list(cards)})`));
    const end = endOf(byRequest.get(request) ?? []);
    for (const { says, ts } of counting)
      if (says !== end) found.push(finding(`${request}: its card ${ts} says ${says}, and the record ${end}`));
  }
  return found;
}

const states: Readonly<Record<string, ShownCard["says"]>> = {
  ...{ done: "done", failed: "failed", unknown: "unknown", unconfirmed: "not-confirmed", superseded: "superseded" },
};
const codes: Readonly<Record<string, ShownCard["says"]>> = {
  ...{ "request.denied": "denied", "request.cancelled": "cancelled", "request.expired": "expired" },
};

function endOf(records: readonly AuditRecord[]): ShownCard["says"] {
  const last = records.findLast(
    ({ code, outcome }) =>
      code === "execution.ended" || code === "request.denied" || (codes[code] !== undefined && outcome === "ok"),
  );
  if (last === undefined) return "open";
  return (last.code === "execution.ended" ? states[String(last.details.state)] : codes[last.code]) ?? "open";
}

const list = (cards: readonly ShownCard[]): string => cards.map(({ ts, says }) => `${ts} ${says}`).join(", ");

const finding = (says: string): Finding => ({ invariant: "I6", says });
