// I3: nothing ran without enough distinct people, who did approve it at the front and still counted when it ran.
import type { AuditRecord } from "../../../src/core/audit.ts";
import type { ClusterCall, Finding, History } from "./history.ts";
import { callName, type Op, type Read } from "./read.ts";

export function unapproved(read: Read): readonly Finding[] {
  const found: Finding[] = [];
  for (const [request, calls] of read.writes) {
    const records = read.byRequest.get(request) ?? [];
    // Access is taken away without anybody's vote.
    const changes = calls.filter((call) => call.done && !isEndOfAccess(records, call));
    for (const call of changes) {
      const by = approversAt(read, { request, records, call });
      if (by.length < read.history.rules.approvals)
        found.push({
          invariant: "I3",
          says: `${request}: ${callName(call)} took effect with ${by.length} of ${read.history.rules.approvals} approvals (${by.join(", ") || "nobody"})`,
        });
    }
  }
  return found;
}

function isEndOfAccess(records: readonly AuditRecord[], call: ClusterCall): boolean {
  return call.method === "DELETE" && records.some(({ code, at }) => code === "grant.ending" && at <= call.at);
}

interface Change {
  readonly request: string;
  readonly records: readonly AuditRecord[];
  readonly call: ClusterCall;
}

function approversAt(read: Read, { request, records, call }: Change): readonly string[] {
  const version = records.findLast(({ code, at }) => code === "write.intended" && at <= call.at)?.version ?? null;
  const asker = records.find(({ code }) => code === "request.created")?.actor?.userId;
  const cards = new Set(
    records.filter((one) => one.code === "request.posted" && one.version === version).map(({ details }) => details.ts),
  );
  const votes = read.ops.filter(
    ({ deed, end, at }) =>
      deed.do !== "command" && deed.request === request && cards.has(deed.card) && end !== "fail" && at <= call.at,
  );
  const last = new Map<string, Op>(votes.map((vote) => [vote.who, vote]));
  return [...last.values()]
    .filter(({ deed, who }) => deed.do === "approve" && who !== asker && counted(read.history, who, call.at))
    .map(({ who }) => who);
}

/** In one of the groups at that time, or within the age that knowledge of groups may have. */
function counted({ front, rules }: History, who: string, at: number): boolean {
  const known = front.filter((event) => event.kind === "members");
  const standing = known.findLast((event) => event.at <= at - rules.groupMaxAgeMs);
  const since = known.filter((event) => event.at > at - rules.groupMaxAgeMs && event.at <= at);
  return [...(standing === undefined ? [] : [standing]), ...since].some(({ groups }) =>
    rules.from.some((name) => groups[name]?.includes(who)),
  );
}
