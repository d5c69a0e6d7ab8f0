// `audit`: the record, filtered; `audit verify` checks it whole.

import { defineRead } from "../core/action.ts";
import { type AuditCode, type AuditFilter, type AuditRecord, auditCodes } from "../core/audit.ts";
import { parseRequestId } from "../core/ids.ts";
import { message, type Part } from "../core/message.ts";
import { flagOf, optionalRest, readDuration, wholeNumber } from "../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { clock } from "./parts/events.ts";
import { prunedRefusal } from "./parts/find-request.ts";

const sinceWords = { usage: "DURATION", summary: "how far back, for example 2h or 30d" };
const limitWords = { usage: "N", summary: "how many records; 20 by default", min: 1, max: 200 };

type Facts =
  | { readonly kind: "records"; readonly records: readonly AuditRecord[]; readonly limit: number }
  | { readonly kind: "verified"; readonly ok: boolean; readonly says: string };

export const audit = defineRead({
  name: "audit",
  summary: "The record of what was asked, approved and done; verify checks it whole",
  examples: ["audit", "audit r-4k7m2qx", "audit @U012AB3CD --since 7d", "audit vote.cast --since 30d", "audit verify"],
  params: {
    filter: optionalRest({ usage: "FILTER", summary: "a request, a person, an event code, or verify" }),
    since: flagOf(sinceWords, readDuration),
    limit: flagOf(limitWords, wholeNumber(limitWords)),
  },
  needs: ["audit", "requests", "clock"],
  observe: async ({ audit: log, requests, clock: now }, args): Promise<Facts | Refusal> => {
    if (args.filter?.trim().toLowerCase() === "verify") {
      const verified = await log.verify();
      return { kind: "verified", ok: verified.ok, says: verified.says };
    }
    const filter = readFilter(args.filter);
    if (isRefusal(filter)) return filter;
    const since = args.since === undefined ? {} : { since: now.now() - args.since };
    const limit = args.limit ?? 20;
    const records = await log.list({ ...filter, ...since, limit });
    const left = records.length > 0 || filter.request === undefined ? null : await requests.pruned(filter.request);
    return left === null ? { kind: "records", limit, records } : prunedRefusal(left);
  },
  answer: (facts) => {
    if (facts.kind === "verified")
      return message(facts.says, [{ kind: "text", icon: facts.ok ? "ok" : "stop", text: [facts.says] }]);
    if (facts.records.length === 0)
      return message("No records match.", [{ kind: "text", icon: "info", text: ["No records match."] }]);
    const rows = facts.records.map((one) => [
      String(one.seq),
      clock(one.at),
      one.code,
      one.outcome,
      one.actor?.name ?? "the bot",
      one.request ?? "",
    ]);
    const parts: Part[] = [{ kind: "table", columns: ["SEQ", "TIME", "EVENT", "OUTCOME", "WHO", "REQUEST"], rows }];
    if (facts.records.length === facts.limit)
      parts.push({ kind: "small", text: [`The newest ${facts.limit}; --limit N shows more, --since narrows.`] });
    return message(`${facts.records.length} ${facts.records.length === 1 ? "record" : "records"}`, parts);
  },
});

function readFilter(text: string | undefined): Omit<AuditFilter, "limit"> | Refusal {
  let filter: Omit<AuditFilter, "limit"> = {};
  for (const word of (text ?? "").split(" ").filter((one) => one !== "")) {
    const request = parseRequestId(word);
    if (request !== null && word.toLowerCase().startsWith("r-")) filter = { ...filter, request };
    else if (/^@[UW][A-Z0-9]+$/.test(word)) filter = { ...filter, userId: word.slice(1) };
    else if (Object.hasOwn(auditCodes, word)) filter = { ...filter, code: word as AuditCode };
    else
      return refuse(
        "bad-argument",
        `“${word}” is no request, person or event code.`,
        `Codes are ${Object.keys(auditCodes).join(", ")}.`,
      );
  }
  return filter;
}
