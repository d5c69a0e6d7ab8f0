// `/readyz`: what does not work and since when, as JSON; parts may be left out of the question.
import { type PartHealth, partName } from "../../core/ports/health.ts";
import type { WebResponse } from "../route.ts";

export interface Standing {
  /** Why the process takes nothing in (it starts, or stops), or null. */
  readonly notServing: { readonly says: string; readonly since: number } | null;
  readonly parts: readonly PartHealth[];
}

/**
 * 200 when everything works that was asked about. `exclude=store`, as often as wanted, leaves a part out, and `exclude=cluster`
 * all clusters; whether the process serves at all cannot be left out. The queue is never asked about: without it all is done
 * from the store, and no replica may be taken out for it.
 */
export function readiness({ notServing, parts }: Standing, query: URLSearchParams): WebResponse {
  const excluded = new Set(query.getAll("exclude"));
  const away = parts.filter(
    (part) => part.says !== null && part.kind !== "queue" && !excluded.has(part.kind) && !excluded.has(partName(part)),
  );
  const notReady = [
    ...(notServing === null ? [] : [{ part: "process", ...notServing }]),
    ...away.map((part) => ({ part: partName(part), says: part.says ?? "", since: part.since })),
  ].map(({ part, says, since }) => ({ part, since: new Date(since).toISOString(), says }));
  return {
    status: notReady.length === 0 ? 200 : 503,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify({ notReady })}\n`,
  };
}
