// Raw `retention` → typed, and the spans that are too short to be safe.
import type { Config, RetentionConfig } from "../core/config.ts";
import type { Problem } from "./problem.ts";
import { ms } from "./typed-approvals.ts";

export interface RawRetention {
  readonly requests: string;
  readonly records?: string;
  readonly archive?: string;
}

export function typedRetention(raw: RawRetention | undefined): RetentionConfig | null {
  if (raw === undefined) return null;
  return {
    requestsMs: ms(raw.requests),
    recordsMs: raw.records === undefined ? null : ms(raw.records),
    archive: raw.archive ?? null,
  };
}

const dayMs = 86_400_000;

interface Floor {
  readonly ms: number;
  /** Why it cannot be less. */
  readonly what: string;
}

/** What is alive is kept whatever the span; one that is at least as long as anything can be alive leaves people time to look. */
export function retentionProblems(raw: RawRetention | undefined, config: Config): readonly Problem[] {
  const { retention } = config;
  if (raw === undefined || retention === null) return [];
  const { requestsMs, recordsMs } = retention;
  const floor = floorOf(config);
  const short = (key: "requests" | "records", spanMs: number | null): readonly Problem[] =>
    spanMs === null || spanMs >= floor.ms
      ? []
      : [problem(key, raw[key], `“${raw[key]}” is too short to be safe: at least ${words(floor.ms)}, ${floor.what}.`)];
  const found = [...short("requests", requestsMs), ...short("records", recordsMs)];
  if (recordsMs === null || recordsMs >= requestsMs || found.length > 0) return found;
  const says = `“${raw.records}” is shorter than retention.requests, “${raw.requests}”: the records of a request are kept at least as long as the request.`;
  return [problem("records", raw.records, says)];
}

function floorOf(config: Config): Floor {
  const week = { ms: 7 * dayMs, what: "so that nothing goes before people have had a week to look at it" };
  return lifetimes(config).reduce((longest, one) => (one.ms > longest.ms ? one : longest), week);
}

function lifetimes({ limits, access, policy }: Config): readonly Floor[] {
  const { breakGlass } = policy;
  const review =
    breakGlass === undefined
      ? []
      : [{ ms: breakGlass.review.withinMs, what: "the time for a review, breakglass.review" }];
  const grants = access.roles.map(({ maxForMs, name }) => ({
    ms: maxForMs,
    what: `the longest grant of the role ${name}`,
  }));
  const requests = policy.rules.flatMap(({ name, effect }) => {
    if (effect.kind !== "approvals") return [];
    const { expiresInMs, startWithinMs } = effect.requirement;
    return [{ ms: expiresInMs + startWithinMs, what: `the longest life of a request under the rule ${name}` }];
  });
  return [
    { ms: limits.delegationMs, what: "the longest delegation, limits.delegation" },
    ...review,
    ...grants,
    ...requests,
  ];
}

function words(span: number): string {
  return span % dayMs === 0 ? `${span / dayMs}d` : `${Math.ceil(span / 3_600_000)}h`;
}

function problem(key: string, came: string | undefined, says: string): Problem {
  return { path: ["retention", key], says, came: came ?? "" };
}
