// I5 and I6: access ends, the log verifies against the anchors, and what somebody was told stands in it.

import type { Finding } from "./history.ts";
import type { Read } from "./read.ts";
import { checkpointsAgree } from "./verify.ts";

/** What the end of access may be late. */
const graceMs = 60_000;

/** I5: access that was given for a time is gone after it, and was not taken before it without somebody's word. */
export function unended({ history, records, byRequest }: Read): readonly Finding[] {
  const found: Finding[] = [];
  for (const { request, details } of records.filter(
    ({ code, outcome }) => code === "grant.activated" && outcome === "ok",
  )) {
    const id = String(request);
    const own = byRequest.get(id) ?? [];
    const longer = records.filter(({ code, details: more }) => code === "grant.extended" && more.grant === id);
    const until = Math.max(Number(details.until), ...longer.map((one) => Number(one.details.until)));
    if (history.endedAt > until + graceMs && history.grantsLeft.includes(id))
      found.push({ invariant: "I5", says: `${id}: its access should have ended ${history.endedAt - until} ms ago` });
    const early = own.find(
      ({ code, at, details: end }) => code === "grant.ending" && end.how === "expired" && at < until - 5_000,
    );
    if (early !== undefined)
      found.push({ invariant: "I5", says: `${id}: it ended as expired ${until - early.at} ms too early` });
  }
  return found;
}

/** I6: the log is whole, its anchors lie in it, and no acknowledged record has vanished. */
export async function vanished(read: Read): Promise<readonly Finding[]> {
  const whole = await checkpointsAgree(read.history);
  const found: Finding[] = whole === null ? [] : [{ invariant: "I6", says: whole }];
  for (const event of read.history.front) {
    const stands = event.kind === "head" ? read.hashes[event.seq] : null;
    const isGone = event.kind === "head" && stands !== null && stands !== event.hash;
    if (event.kind === "head" && isGone && !isLoss(read, event))
      found.push({ invariant: "I6", says: `record ${event.seq} was read once, and is not there any more` });
    if (event.kind === "shown" && !read.forgotten.has(event.request) && !isRecorded(read, event.request, event.end))
      found.push({ invariant: "I6", says: `${event.request}: a card said ${event.end}, and the log does not` });
  }
  for (const { deed, who, end } of read.ops) {
    if (end !== "ok" || deed.do === "command") continue;
    const cast = (read.byRequest.get(deed.request) ?? []).some(
      ({ code, actor, details, outcome }) =>
        code === "vote.cast" && outcome === "ok" && actor?.userId === who && details.choice === deed.do,
    );
    if (!cast)
      found.push({
        invariant: "I6",
        says: `${deed.request}: ${who} was told that “${deed.do}” counts, and it is not recorded`,
      });
  }
  return found;
}

/** A person accepted that the log goes on without it. */
function isLoss({ losses }: Read, { at, seq }: { readonly at: number; readonly seq: number }): boolean {
  return losses.some((loss) => loss.acceptedAt !== null && at <= loss.at && seq >= loss.from);
}

const codes = { denied: "request.denied", cancelled: "request.cancelled", expired: "request.expired" } as const;
const states = { done: "done", failed: "failed", unknown: "unknown", "not-confirmed": "unconfirmed" } as const;

function isRecorded({ byRequest }: Read, request: string, end: keyof typeof codes | keyof typeof states): boolean {
  const records = byRequest.get(request) ?? [];
  if (end === "denied" || end === "cancelled" || end === "expired")
    return records.some(({ code, outcome }) => code === codes[end] && (end === "denied" || outcome === "ok"));
  return records.some(({ code, details }) => code === "execution.ended" && details.state === states[end]);
}
