// I7 and I8: nothing secret anywhere, and Slack is answered in time or gets one effect for all its tries.
import type { Finding } from "./history.ts";
import type { Read } from "./read.ts";

/** I7: no planted secret stands in anything that was said, logged or recorded; base64 is no disguise. */
export function told({ history }: Read): readonly Finding[] {
  const sinks = [...history.sinks, { name: "the audit log", text: history.log.join("\n") }];
  return history.canaries.flatMap((canary, index) => {
    const shapes = [canary, Buffer.from(canary).toString("base64").replace(/=+$/, "")];
    return sinks
      .filter(({ text }) => shapes.some((shape) => text.includes(shape)))
      .map(({ name }): Finding => ({ invariant: "I7", says: `planted secret ${index + 1} stands in ${name}` }));
  });
}

/** What Slack waits for: docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response. */
const slackWaitsMs = 3_000;

/** I8: an acknowledgement comes within three seconds while the bot serves; asked once, a command becomes one request. */
export function unanswered({ history, ops, records }: Read): readonly Finding[] {
  const found: Finding[] = [];
  for (const event of history.front) {
    if (
      event.kind === "breach" &&
      event.code === "late_ack" &&
      // Slack tries events again; that these stay one is looked at below.
      !event.detail.startsWith("the event ") &&
      servesThrough(history.front, event.at - slackWaitsMs, event.at)
    )
      found.push({ invariant: "I8", says: event.detail });
    if (
      event.kind === "acknowledged" &&
      event.tookMs > slackWaitsMs &&
      servesThrough(history.front, event.at - event.tookMs, event.at)
    )
      found.push({ invariant: "I8", says: `deed ${event.op} was acknowledged after ${event.tookMs} ms` });
  }
  const asked = Map.groupBy(
    ops.filter(({ deed }) => deed.do === "command"),
    ({ who }) => who,
  );
  const made = Map.groupBy(
    records.filter(({ code, outcome }) => code === "request.created" && outcome === "ok"),
    ({ actor }) => actor?.userId ?? "",
  );
  for (const [who, requests] of made) {
    const commands = asked.get(who)?.length ?? 0;
    if (asked.size > 0 && requests.length > commands)
      found.push({ invariant: "I8", says: `${commands} commands of ${who} became ${requests.length} requests` });
  }
  return found;
}

/** Serving all that time: a bot that was killed owes no acknowledgement. */
function servesThrough(front: Read["history"]["front"], from: number, to: number): boolean {
  const turns = front.filter((event) => event.kind === "bot");
  if (turns.length === 0) return true;
  const before = turns.findLast(({ at }) => at <= from);
  return before?.is === "serving" && !turns.some(({ at, is }) => at > from && at <= to && is === "down");
}
