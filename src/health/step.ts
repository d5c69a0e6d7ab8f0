// How looks at the bot's parts become what is known and what is told: pure, once when it begins and once when it ends.
import { type PartHealth, type PartKind, partName } from "../core/ports/health.ts";

/** One look at one part. */
export interface Look {
  readonly kind: PartKind;
  readonly name: string;
  readonly title: string;
  /** null: it is well. */
  readonly says: string | null;
}

export interface Known extends PartHealth {
  /** Since when a part is away that people were told of; null: nobody needs to hear that it is well. */
  readonly toldAwaySince: number | null;
  /** How many looks in a row saw it as it is. */
  readonly looks: number;
}

export type News =
  | { readonly kind: "away"; readonly part: PartHealth; readonly says: string; readonly since: number }
  | { readonly kind: "back"; readonly part: PartHealth; readonly since: number; readonly until: number };

export interface Stepped {
  readonly known: ReadonlyMap<string, Known>;
  readonly news: readonly News[];
}

/** What is shorter than this is nobody's news: a watch that is opened anew, a socket that Slack replaces. */
export const tellAfterMs = 30_000;
/** Time alone does not show it: a clock that was set, or a machine that slept, makes old what was fresh a moment ago. */
export const tellAfterLooks = 4;

/**
 * A part that is away and back and away again within the bound stays away: nobody is told in between. A part that was not
 * looked at this time stays as it was known.
 */
export function step(before: ReadonlyMap<string, Known>, looks: readonly Look[], now: number): Stepped {
  const known = new Map(before);
  const news: News[] = [];
  for (const look of looks) {
    const key = partName(look);
    const next = lookedAt(before.get(key), look, now);
    const told = newsOf(next, now);
    known.set(key, told === null ? next : { ...next, toldAwaySince: told.kind === "away" ? told.since : null });
    if (told !== null) news.push(told);
  }
  return { known, news };
}

function lookedAt(before: Known | undefined, look: Look, now: number): Known {
  const isSame = before !== undefined && (before.says === null) === (look.says === null);
  // A clock that was put back must not make a part away since a time that is not yet.
  const since = isSame ? Math.min(before.since, now) : now;
  const looks = isSame ? before.looks + 1 : 1;
  return { ...look, since, looks, toldAwaySince: before?.toldAwaySince ?? null };
}

function newsOf(part: Known, now: number): News | null {
  if (now - part.since < tellAfterMs || part.looks < tellAfterLooks) return null;
  const { says, since, toldAwaySince } = part;
  if (says !== null) return toldAwaySince === null ? { kind: "away", part, says, since } : null;
  return toldAwaySince === null ? null : { kind: "back", part, since: toldAwaySince, until: since };
}
