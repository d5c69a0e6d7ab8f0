// I1, I2 and I4: no write without its intent, none twice, and none whose end nobody says.
import type { AuditRecord } from "../../../src/core/audit.ts";
import type { ClusterCall, Finding } from "./history.ts";
import { callName, type Read } from "./read.ts";

/** I1: every call that could change something has, durable before it, exactly one open intent, of the digest that was approved. */
export function unintended({ history, losses, writes, fences, nameless, byRequest }: Read): readonly Finding[] {
  const found: Finding[] = nameless.map((call) => finding("I1", `${callName(call)} names no request`));
  for (const { at, acceptedAt } of losses)
    for (const call of history.cluster.filter((one) => one.done && one.at > at && one.at < (acceptedAt ?? Infinity)))
      found.push(
        finding("I1", `${callName(call)} was carried out on a log that had lost records, which nobody had accepted`),
      );
  for (const [request, calls] of writes) {
    const records = byRequest.get(request) ?? [];
    for (const call of calls) {
      const why = whyUnintended(records, call);
      if (why !== null) found.push(finding("I1", `${request}: ${callName(call)} ${why}`));
    }
  }
  for (const [request, calls] of fences) {
    const records = byRequest.get(request) ?? [];
    const isInterrupted = (call: ClusterCall): boolean =>
      records.some(({ code, at, details }) => at <= call.at && code === "write.failed" && details.state === "unknown");
    for (const call of calls.filter((one) => !isInterrupted(one)))
      found.push(finding("I1", `${request}: ${callName(call)} fences what was not recorded as unknown`));
  }
  return found;
}

function whyUnintended(records: readonly AuditRecord[], call: ClusterCall): string | null {
  const before = records.filter(({ at }) => at <= call.at);
  const intents = before.filter(
    (record) => record.code === "write.intended" && intendedCall(record) === callName(call),
  );
  const intent = intents.at(-1);
  if (intent === undefined) return "has no intent before it";
  const closed = before.find(
    ({ code, seq, details }) =>
      seq > intent.seq &&
      details.index === intent.details.index &&
      (code === "write.done" || code === "write.failed") &&
      details.state !== "unknown",
  );
  // What was held up on the way and is refused on arrival was meant before the end.
  if (closed !== undefined && call.done && closed.at < call.at)
    return `came after its change had ended (record ${closed.seq})`;
  // What ends access follows from its grant, and not from a plan of its own.
  if (intent.version === null) return null;
  const asked = records.findLast(
    ({ code, seq, version }) =>
      seq < intent.seq && version === intent.version && (code === "request.created" || code === "request.replanned"),
  );
  if (asked === undefined) return "is for a plan that nobody asked for";
  if (asked.digest !== intent.digest)
    return `was intended for digest ${intent.digest}, and ${asked.digest} was asked for`;
  return null;
}

/** Executions say the call in words, removals of access in two fields. */
const intendedCall = ({ details }: AuditRecord): string =>
  details.method === undefined ? String(details.says ?? "") : `${details.method} ${details.path}`;

/** I2: no change of a request took effect twice. */
export function twice({ writes, byRequest }: Read): readonly Finding[] {
  const found: Finding[] = [];
  for (const [request, calls] of writes) {
    const done = Map.groupBy(
      calls.filter((call) => call.done),
      callName,
    );
    for (const [name, times] of done)
      if (times.length > 1) found.push(finding("I2", `${request}: ${name} took effect ${times.length} times`));
  }
  for (const [request, records] of byRequest) {
    const ends = records.filter(({ code }) => code === "execution.ended").length;
    if (ends > 1) found.push(finding("I2", `${request}: its execution ended ${ends} times`));
  }
  return found;
}

/** I4: every intent ends as written, not written, or unknown and then looked up; and what was said is what happened. */
export function lost({ history, writes, byRequest }: Read): readonly Finding[] {
  if (!history.settled) return [];
  const found: Finding[] = [];
  for (const [request, records] of byRequest) {
    const intents = records.filter(({ code, outcome }) => code === "write.intended" && outcome === "ok");
    for (const intent of intents) {
      const after = records.filter(({ seq, details }) => seq > intent.seq && details.index === intent.details.index);
      if (!after.some(({ code }) => code === "write.done" || code === "write.failed"))
        found.push(finding("I4", `${request}: the intent of record ${intent.seq} has no end`));
    }
    const end = records.findLast(({ code }) => code === "execution.ended");
    const claims = records.filter(({ code }) => code === "execution.claimed").length;
    if (claims > 0 && end === undefined && !records.some(({ code }) => code === "request.cancelled"))
      found.push(finding("I4", `${request}: it was claimed, and its execution never ended`));
    if (end !== undefined) found.push(...untrue({ request, end, records }, writes.get(request) ?? []));
  }
  return [...found, ...unsaid(history, byRequest)];
}

interface Ended {
  readonly request: string;
  readonly end: AuditRecord;
  readonly records: readonly AuditRecord[];
}

/** "Done" is said of what took effect, "failed, nothing written" of what did not. */
function untrue({ request, end, records }: Ended, calls: readonly ClusterCall[]): readonly Finding[] {
  const took = new Set(calls.filter((call) => call.done).map(callName));
  const intents = records.filter(
    ({ code, outcome, seq }) => code === "write.intended" && outcome === "ok" && seq < end.seq,
  );
  const meant = new Set(intents.map(intendedCall).filter((name) => /^[A-Z]+ \//.test(name)));
  const missing = [...meant].filter((name) => !took.has(name));
  if (end.details.state === "done" && missing.length > 0)
    return [finding("I4", `${request}: it was called done, and ${missing.join(", ")} never took effect`)];
  const effects = [...meant].filter((name) => took.has(name)).length;
  if (end.details.state === "failed" && end.details.written === 0 && effects > 0 && !saysChanged(records))
    return [finding("I4", `${request}: it was called failed with nothing written, and ${effects} calls took effect`)];
  return [];
}

const saysChanged = (records: readonly AuditRecord[]): boolean =>
  records.some(({ code, details }) => code === "write.done" && details.state === "changed");

/** What ended as unknown was told to a person. */
function unsaid(history: Read["history"], byRequest: Read["byRequest"]): readonly Finding[] {
  const told = new Set(
    history.front.flatMap((event) => (event.kind === "shown" ? [`${event.request} ${event.end}`] : [])),
  );
  return [...byRequest].flatMap(([request, records]) => {
    const end = records.findLast(({ code }) => code === "execution.ended");
    if (end?.details.state !== "unknown" || told.has(`${request} unknown`)) return [];
    return [finding("I4", `${request}: it ended as unknown, and no card says so`)];
  });
}

function finding(invariant: Finding["invariant"], says: string): Finding {
  return { invariant, says };
}
