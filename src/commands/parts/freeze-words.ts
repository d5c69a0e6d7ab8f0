// When a freeze ends and what it is about, from how people say it: “production for 2h”, “--until 18:00”.
import type { Said, Typed } from "../../core/action.ts";
import { readDuration } from "../../core/params.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { momentOf, zonedAt } from "../../core/zone.ts";

/** Nobody says when at 03:00: long enough to think, short enough not to be forgotten. */
const usuallyMs = 4 * 3_600_000;
/** What lasts longer belongs into the policy, where it is countersigned. */
const longestMs = 31 * 86_400_000;

/** The end as a moment, whoever reads it when: the words `for 2h` and the asker's clock are gone afterwards. */
export function settleFreeze(typed: Typed, said: Said): Typed | Refusal {
  if (said.namespace !== null || said.cluster !== null)
    return refuse(
      "bad-argument",
      "A freeze takes its place as a word, not by --cluster or --namespace.",
      "Type for example: freeze production/payments for 2h because …",
    );
  const words = (typed.scope ?? "")
    .split(" ")
    .filter((word) => word !== "")
    .map(oneWord);
  const at = words.findIndex((word) => word.toLowerCase() === "for");
  const duration = at === -1 ? null : words.slice(at + 1).join("");
  if (duration !== null && typed.until !== undefined)
    return refuse("bad-argument", "“for” and --until both say when it ends.", "Leave one of them away.");
  const scope = scopeOf(at === -1 ? words : words.slice(0, at));
  if (typed.calendar !== undefined) return onCalendar({ ...typed, ...scope }, duration);
  const until = typed.until === undefined ? lasting(duration, said) : untilMoment(typed.until, said);
  if (isRefusal(until)) return until;
  const wrong = wrongEnd(until, said.now);
  if (wrong !== null) return wrong;
  return { ...typed, ...scope, until: new Date(until).toISOString() };
}

/** Rules are about the words as they are stored: `All`, `*` and `everything` are said one way, and said first. */
function oneWord(word: string): string {
  return word.replace(/^(everything|all|\*)(?=$|[/:])/i, "everything");
}

function scopeOf(places: readonly string[]): { readonly scope?: string } {
  const [wide, others] = [true, false].map((isWide) => places.filter((one) => one.startsWith("everything") === isWide));
  const scope = [...(wide ?? []), ...(others ?? [])].join(" ");
  return scope === "" ? {} : { scope };
}

/** Its window is looked up by whoever plans it, from the calendar as it is then. */
function onCalendar(typed: Typed, duration: string | null): Typed | Refusal {
  if (duration === null && typed.until === undefined) return typed;
  return refuse(
    "bad-argument",
    "A calendar says itself when the freeze begins and ends.",
    "Leave --calendar away, or “for” and --until.",
  );
}

/** null where a freeze may last until then. */
export function wrongWindow({ from, until }: { from: number; until: number }, now: number): Refusal | null {
  if (from - now <= longestMs) return wrongEnd(until, Math.max(now, from));
  return refuse(
    "bad-argument",
    "The calendar's next days are more than 31 days ahead.",
    "What is planned so long before belongs into the policy, under freezes, where it is countersigned.",
  );
}

function lasting(duration: string | null, { now }: Said): number | Refusal {
  if (duration === null) return now + usuallyMs;
  const ms = readDuration(duration);
  return isRefusal(ms) ? ms : now + ms;
}

function wrongEnd(until: number, now: number): Refusal | null {
  if (until <= now)
    return refuse("bad-argument", "A freeze that is over before it begins freezes nothing.", "Give an end to come.");
  if (until - now <= longestMs) return null;
  return refuse(
    "bad-argument",
    "A freeze from chat lasts 31 days at most.",
    "What lasts longer belongs into the policy, under freezes, where it is countersigned.",
  );
}

const clockTime = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const localMoment = /^(\d{4})-(\d{2})-(\d{2})(?:T([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?)?$/;
const exactMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** `18:00` is the next time that the asker's clock shows it; a moment without an offset is of the asker's clock. */
function untilMoment(text: string, { now, zone }: Said): number | Refusal {
  if (exactMoment.test(text)) {
    const moment = Date.parse(text);
    return Number.isNaN(moment) ? noMoment(text) : moment;
  }
  const clock = clockTime.exec(text);
  if (clock !== null) return nextAt(Number(clock[1]) * 60 + Number(clock[2]), now, zone) ?? noMoment(text);
  const local = localMoment.exec(text);
  if (local === null) return noMoment(text);
  const [year, month, day, hour, minute] = local.slice(1).map((part) => Number(part ?? 0));
  const date = { year: year ?? 0, month: month ?? 0, day: day ?? 0 };
  return momentOf(date, (hour ?? 0) * 60 + (minute ?? 0), zone) ?? noMoment(text);
}

function nextAt(minute: number, now: number, zone: string): number | null {
  for (const ahead of [0, 1, 2]) {
    const moment = momentOf(zonedAt(now + ahead * 86_400_000, zone), minute, zone);
    if (moment !== null && moment > now) return moment;
  }
  return null;
}

function noMoment(text: string): Refusal {
  return refuse(
    "bad-argument",
    `“${text}” is no moment that exists on your clock.`,
    "Write it as 18:00, 2026-11-24T08:00 (by your clock) or 2026-11-24T08:00Z.",
  );
}

/** `apply,"set image"`: names between commas, with or without quotes. */
export function readList(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((part) => part !== "");
}
