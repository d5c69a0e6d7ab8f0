// Decodes a body as its type: drops nulls, empty maps and fields the type does not have, and names the latter.
import { isObject, type Json, type JsonObject } from "../json.ts";
import { badRequest } from "../status.ts";
import { canonicalQuantity } from "./quantity.ts";
import type { Scalar, Struct, Type } from "./types.ts";

export interface Decoded {
  readonly object: JsonObject;
  /** `spec.foo`, `spec.template.spec.containers[0].foo`. */
  readonly unknownFields: readonly string[];
}

/** Throws 400 with the words of encoding/json when a value has the wrong type. */
export function decode(body: JsonObject, type: Struct, kind: string, version: string): Decoded {
  const unknown: string[] = [];
  const fail = (path: string, got: string, wanted: string): never => {
    const where = `Go struct field ${type.name.split(".").at(-1) ?? kind}.${path}`;
    const why = `json: cannot unmarshal ${got} into ${where} of type ${wanted}`;
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  };
  const walk = new Walk(unknown, fail);
  return { object: walk.struct(body, type, ""), unknownFields: unknown };
}

const GO_TYPES: Readonly<Record<Scalar, string>> = {
  string: "string",
  integer: "int32",
  number: "float64",
  boolean: "bool",
  quantity: "resource.Quantity",
  "int-or-string": "intstr.IntOrString",
  time: "v1.Time",
};

class Walk {
  readonly #unknown: string[];
  readonly #fail: (path: string, got: string, wanted: string) => never;

  constructor(unknown: string[], fail: (path: string, got: string, wanted: string) => never) {
    this.#unknown = unknown;
    this.#fail = fail;
  }

  struct(value: JsonObject, type: Struct, path: string): JsonObject {
    const out: JsonObject = {};
    for (const [name, member] of Object.entries(value)) {
      const where = path === "" ? name : `${path}.${name}`;
      const field = type.fields.get(name);
      if (field === undefined && type.keepsUnknown !== true) this.#unknown.push(where);
      if (member === null || member === undefined) continue;
      if (field === undefined) {
        if (type.keepsUnknown === true) out[name] = member;
        continue;
      }
      const decoded = this.value(member, field.type, where);
      if (decoded !== undefined) out[name] = decoded;
    }
    return out;
  }

  value(value: Json, type: Type, path: string): Json | undefined {
    switch (type.kind) {
      case "any":
        return value;
      case "scalar":
        return this.#scalar(value, type.scalar, path);
      case "struct":
        return isObject(value) ? this.struct(value, type, path) : this.#fail(path, nameOf(value), type.name);
      case "map":
        return isObject(value) ? this.#map(value, type.element, path) : this.#fail(path, nameOf(value), "map");
      case "list":
        return Array.isArray(value) ? this.#list(value, type.element, path) : this.#fail(path, nameOf(value), "slice");
    }
  }

  #map(value: JsonObject, element: Type, path: string): JsonObject | undefined {
    const out: JsonObject = {};
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      // A null in a map of strings decodes as the empty string.
      out[key] = member === null ? "" : this.value(member, element, `${path}.${key}`);
    }
    return Object.keys(out).length === 0 ? undefined : out;
  }

  #list(value: readonly Json[], element: Type, path: string): Json[] | undefined {
    const out = value.map((item, index) => this.value(item ?? {}, element, `${path}[${index}]`) ?? {});
    return out.length === 0 ? undefined : out;
  }

  #scalar(value: Json, scalar: Scalar, path: string): Json {
    const wrong = (): never => this.#fail(path, nameOf(value), GO_TYPES[scalar]);
    switch (scalar) {
      case "string":
      case "time":
        return typeof value === "string" ? value : wrong();
      case "boolean":
        return typeof value === "boolean" ? value : wrong();
      case "integer":
        return typeof value === "number" && Number.isInteger(value) ? value : wrong();
      case "number":
        return typeof value === "number" ? value : wrong();
      case "quantity":
        return typeof value === "string" || typeof value === "number" ? canonicalQuantity(String(value)) : wrong();
      case "int-or-string":
        return typeof value === "string" || typeof value === "number" ? value : wrong();
    }
  }
}

function nameOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "number" : `number ${value}`;
  return typeof value;
}
