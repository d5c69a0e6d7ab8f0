// One entry of a setting that is a list, by its name.
import { isJsonObject, type Json, type JsonObject, textAt } from "../core/json.ts";

/** null where the list has none of that name. */
export function entryOf(list: Json | null, name: string): JsonObject | null {
  const found = entriesOf(list).find((one) => textAt(one, "name") === name);
  return isJsonObject(found) ? found : null;
}

/** The list with this entry in place of the one of its name, or without any when it is null; an empty list is null. */
export function withEntry(list: Json | null, name: string, entry: Json): Json {
  const others = entriesOf(list).filter((one) => textAt(one, "name") !== name);
  const next = entry === null ? others : [...others, entry];
  return next.length === 0 ? null : next;
}

function entriesOf(list: Json | null): readonly Json[] {
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}
