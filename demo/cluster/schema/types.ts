// The types of the built-in kinds, read from types-data.ts when first asked for.
//
// Notation, one type a line: `[=]name field[!][:type][~patchMergeKey] ...`. A field without a type is a string; `!` is
// required, `@` held by value in Go and so written even when empty; i, n, b, q, x, t, any are integer, number, boolean, quantity, int-or-string, time and free JSON; `{T}` is a
// map; `[]T` an atomic list, `[*]T` a set, `[a,b]T` a list whose items are known by a and b; `=` marks atomic maps and
// structs; `~` strategic merge (by the key after it), `^` retainKeys.
import type { Json } from "../json.ts";
import { TYPES_DATA } from "./types-data.ts";

export type Scalar = "string" | "integer" | "number" | "boolean" | "quantity" | "int-or-string" | "time";

export interface Struct {
  readonly kind: "struct";
  readonly name: string;
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, Field>;
  /** Custom resources may keep fields that their schema does not name. */
  readonly keepsUnknown?: boolean;
}

export interface ListType {
  readonly kind: "list";
  readonly element: Type;
  readonly items:
    | { readonly kind: "atomic" }
    | { readonly kind: "set" }
    | { readonly kind: "map"; readonly keys: readonly string[] };
}

export type Type =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  /** Free JSON: `granular` as custom resources own it, member by member; otherwise as one value. */
  | { readonly kind: "any"; readonly granular: boolean }
  | { readonly kind: "map"; readonly atomic: boolean; readonly element: Type }
  | ListType
  | Struct;

export interface Field {
  readonly name: string;
  readonly required: boolean;
  /** A struct held by value in Go, never null. */
  readonly value: boolean;
  readonly type: Type;
  readonly patch: { readonly merge: boolean; readonly key: string; readonly retainKeys: boolean };
}

const SCALARS: Readonly<Record<string, Scalar>> = {
  "": "string",
  i: "integer",
  n: "number",
  b: "boolean",
  q: "quantity",
  x: "int-or-string",
  t: "time",
};

let lines: ReadonlyMap<string, string> | undefined;
const known = new Map<string, Struct>();

function linesByName(): ReadonlyMap<string, string> {
  lines ??= new Map(
    TYPES_DATA.trim()
      .split("\n")
      .map((line) => [line.replace(/^=/, "").split(" ", 1)[0] ?? "", line]),
  );
  return lines;
}

/** The struct of that name, for example `apps.v1.Deployment`; undefined when there is none. */
export function structNamed(name: string): Struct | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  const line = linesByName().get(name);
  if (line === undefined) return undefined;
  const fields = new Map<string, Field>();
  const struct: Struct = { kind: "struct", name, atomic: line.startsWith("="), fields };
  known.set(name, struct);
  for (const text of line.split(" ").slice(1)) {
    if (text === "") continue;
    const field = parseField(text);
    fields.set(field.name, field);
  }
  return struct;
}

function parseField(text: string): Field {
  const [, name = "", bang = "", type = "", retain = "", tilde = "", key = ""] =
    /^([^!@:]+)(!?@?)(?::([^~^]*)(\^?)(~?)(.*))?$/.exec(text) ?? [];
  return {
    name,
    required: bang.startsWith("!"),
    value: bang.endsWith("@"),
    type: parseType(type),
    patch: { merge: tilde === "~", key, retainKeys: retain === "^" },
  };
}

function parseType(text: string): Type {
  const scalar = SCALARS[text];
  if (scalar !== undefined) return { kind: "scalar", scalar };
  if (text === "any") return { kind: "any", granular: false };
  const list = /^\[([^\]]*)\](.*)$/.exec(text);
  if (list !== null) return parseList(list[1] ?? "", list[2] ?? "");
  const map = /^(=?)\{(.*)\}$/.exec(text);
  if (map !== null) return { kind: "map", atomic: map[1] === "=", element: parseType(map[2] ?? "") };
  const struct = structNamed(text.replace(/^=/, ""));
  if (struct === undefined) throw new Error(`types-data.ts names no type ${text}`);
  return text.startsWith("=") ? { ...struct, atomic: true } : struct;
}

function parseList(keys: string, element: string): ListType {
  if (keys === "") return { kind: "list", element: parseType(element), items: { kind: "atomic" } };
  if (keys === "*") return { kind: "list", element: parseType(element), items: { kind: "set" } };
  return { kind: "list", element: parseType(element), items: { kind: "map", keys: keys.split(",") } };
}

/** What Go writes for a value of the type of which nothing is set. */
export function zeroOf(type: Type): Json {
  switch (type.kind) {
    case "struct": {
      const always = [...type.fields.values()].filter((field) => field.required || field.value);
      const isPointer = (field: Field): boolean => field.type.kind === "struct" && !field.value;
      return Object.fromEntries(always.map((field) => [field.name, isPointer(field) ? null : zeroOf(field.type)]));
    }
    case "scalar":
      return { string: "", integer: 0, number: 0, boolean: false, quantity: "0", "int-or-string": 0, time: null }[
        type.scalar
      ];
    default:
      return null;
  }
}
