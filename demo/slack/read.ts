// Looks into values that came from outside: JSON of unknown shape, read field by field.
import type { Obj } from "./records.ts";

export function isObj(value: unknown): value is Obj {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objOf(value: unknown): Obj {
  return isObj(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objsOf(value: unknown): readonly Obj[] {
  return listOf(value).filter(isObj);
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** JSON that may be broken: undefined instead of an exception. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
