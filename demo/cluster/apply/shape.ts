// How a value of a type is owned: as one leaf, member by member, or item by item.
import { canonicalText, isObject, type Json, type JsonObject } from "../json.ts";
import type { Type } from "../schema/types.ts";

export type Shape =
  | { readonly kind: "leaf" }
  | {
      readonly kind: "map";
      readonly typeOf: (name: string) => Type;
      /** Whether the name is a field of a struct rather than a key of a map. */
      readonly isField: (name: string) => boolean;
    }
  | { readonly kind: "list"; readonly element: Type; readonly elementOf: (item: Json) => string };

const LEAF: Shape = { kind: "leaf" };
const FREE: Type = { kind: "any", granular: true };

/** List keys that the schema gives a default; a port without a protocol is a TCP port. */
const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: "TCP" };

export const fieldElement = (name: string): string => `f:${name}`;

/** Thrown for an item that lacks a key; the API answers its message. */
export class MissingKey extends Error {}

function keyElement(keys: readonly string[], item: Json): string {
  const values: JsonObject = {};
  for (const key of [...keys].sort()) {
    const value = isObject(item) ? (item[key] ?? KEY_DEFAULTS[key]) : undefined;
    if (value === undefined)
      throw new MissingKey(
        `associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`,
      );
    values[key] = value;
  }
  return `k:${canonicalText(values)}`;
}

/** `value` decides only where the type is free JSON. */
export function shapeOf(type: Type, value: Json | undefined): Shape {
  switch (type.kind) {
    case "scalar":
      return LEAF;
    case "any":
      return type.granular && isObject(value) ? { kind: "map", typeOf: () => FREE, isField: () => false } : LEAF;
    case "map":
      return type.atomic ? LEAF : { kind: "map", typeOf: () => type.element, isField: () => false };
    case "struct":
      if (type.atomic) return LEAF;
      return {
        kind: "map",
        typeOf: (name) => type.fields.get(name)?.type ?? FREE,
        isField: (name) => type.fields.has(name),
      };
    case "list": {
      const items = type.items;
      if (items.kind === "atomic") return LEAF;
      const keys = items.kind === "map" ? items.keys : undefined;
      const elementOf = (item: Json): string =>
        keys === undefined ? `v:${canonicalText(item)}` : keyElement(keys, item);
      return { kind: "list", element: type.element, elementOf };
    }
  }
}
