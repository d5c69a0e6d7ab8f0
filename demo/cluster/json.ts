// Reading and copying JSON trees whose shape is only known at run time.

export type Json = null | boolean | number | string | Json[] | JsonObject;

/** An object whose absent and undefined members mean the same. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The member at the path, or undefined as soon as the path leaves the tree. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (isObject(here)) here = here[step];
    else return undefined;
  }
  return here;
}

export const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
export const asObjects = (value: Json | undefined): readonly JsonObject[] => asList(value).filter(isObject);
export const asString = (value: Json | undefined, otherwise = ""): string =>
  typeof value === "string" ? value : otherwise;
export const asNumber = (value: Json | undefined, otherwise = 0): number =>
  typeof value === "number" ? value : otherwise;

/** The string members of an object: labels, annotations, selectors. */
export function asStrings(value: Json | undefined): Record<string, string> {
  const strings: Record<string, string> = {};
  for (const [key, member] of Object.entries(asObject(value))) if (typeof member === "string") strings[key] = member;
  return strings;
}

/** The object at the path, made (with its parents) when it is not there yet. */
export function ensureObject(root: JsonObject, ...path: readonly string[]): JsonObject {
  let here = root;
  for (const step of path) {
    const next = here[step];
    if (isObject(next)) {
      here = next;
      continue;
    }
    const made: JsonObject = {};
    here[step] = made;
    here = made;
  }
  return here;
}

/** Written out, since it is done at every write of every controller and `structuredClone` takes several times as long. */
export function clone<T extends Json | undefined>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T;
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key === "__proto__") Object.defineProperty(copy, key, { value: clone(value[key]), ...ownMember });
    else copy[key] = clone(value[key]);
  }
  return copy as T;
}

const ownMember = { enumerable: true, configurable: true, writable: true };

export function equal(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left).filter((key) => left[key] !== undefined);
  if (keys.length !== Object.keys(right).filter((key) => right[key] !== undefined).length) return false;
  return keys.every((key) => right[key] !== undefined && equal(left[key], right[key]));
}

/** JSON with the keys of every object in order, so that equal trees have equal text. */
export function canonicalText(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`);
  return `{${members.join(",")}}`;
}
