// Where two readings of one text differ first.
import { isJsonObject, type Json } from "../../core/json.ts";

export interface Difference {
  readonly path: readonly (string | number)[];
  readonly newer: Json;
  readonly older: Json;
}

/** null when both are the same; keys that only one reading has count as differences of the map's key. */
export function firstDifference(newer: Json, older: Json, path: readonly (string | number)[] = []): Difference | null {
  if (Array.isArray(newer) && Array.isArray(older)) {
    for (const [index, item] of newer.entries()) {
      const found = firstDifference(item, older[index] ?? null, [...path, index]);
      if (found !== null) return found;
    }
    return newer.length === older.length ? null : { path, newer, older };
  }
  if (isJsonObject(newer) && isJsonObject(older)) return mapDifference(newer, older, path);
  return newer === older ? null : { path, newer, older };
}

function mapDifference(newer: object, older: object, path: readonly (string | number)[]): Difference | null {
  const before = new Map<string, Json>(Object.entries(older));
  const olderKeys = [...before.keys()];
  for (const [index, [key, value]] of Object.entries<Json>(newer as Record<string, Json>).entries()) {
    if (!before.has(key)) return { path: [...path, key], newer: key, older: olderKeys[index] ?? null };
    const found = firstDifference(value, before.get(key) ?? null, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}
