// Who can help, in words for the card: by name, so that nobody is notified by being named.
import type { PersonRef } from "../core/person.ts";

/** More are counted. */
const namesMost = 6;

/** "Chloe is on shift; Ben and Ana can too", "Ben and Ana can", "nobody can now" */
export function whoCanWords(eligible: readonly PersonRef[], onShift: ReadonlySet<string>): string {
  if (eligible.length === 0) return "nobody can now";
  const first = eligible.filter(({ userId }) => onShift.has(userId)).map(({ name }) => name);
  const others = eligible.filter(({ userId }) => !onShift.has(userId)).map(({ name }) => name);
  const shift = first.length === 0 ? [] : [`${listed(first)} ${first.length === 1 ? "is" : "are"} on shift`];
  const rest = others.length === 0 ? [] : [`${listed(others)} can${first.length === 0 ? "" : " too"}`];
  return [...shift, ...rest].join("; ");
}

/** "Ben", "Ben and Ana", "Ben, Ana and 3 others" */
export function listed(names: readonly string[]): string {
  const shown = names.length <= namesMost ? names : names.slice(0, namesMost - 1);
  const more = names.length - shown.length;
  const all = more === 0 ? shown : [...shown, `${more} others`];
  if (all.length <= 1) return all.join("");
  return `${all.slice(0, -1).join(", ")} and ${all.at(-1) ?? ""}`;
}
