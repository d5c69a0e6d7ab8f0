// Whether an applied configuration fits its type: structured-merge-diff's words for fields nobody declared.
import { isObject, type Json } from "../json.ts";
import type { Struct, Type } from "../schema/types.ts";

/** `.spec.foo: field not declared in schema`, `.spec.replicas: expected numeric (int or float), got string` */
export function declared(config: Json, type: Struct): readonly string[] {
  return problems(config, type, "");
}

function problems(value: Json, type: Type, path: string): readonly string[] {
  if (value === null) return [];
  switch (type.kind) {
    case "any":
      return [];
    case "scalar":
      return scalarProblems(value, type.scalar, path);
    case "list":
      if (!Array.isArray(value)) return [`${path}: expected list, got ${goText(value)}`];
      return value.flatMap((item, index) => problems(item, type.element, `${path}[${index}]`));
    case "map":
      if (!isObject(value)) return [`${path}: expected map, got ${goText(value)}`];
      return Object.entries(value).flatMap(([key, member]) => problems(member ?? null, type.element, `${path}.${key}`));
    case "struct":
      if (!isObject(value)) return [`${path}: expected map, got ${goText(value)}`];
      return Object.entries(value).flatMap(([name, member]) => {
        const field = type.fields.get(name);
        if (field === undefined)
          return type.keepsUnknown === true ? [] : [`${path}.${name}: field not declared in schema`];
        return problems(member ?? null, field.type, `${path}.${name}`);
      });
  }
}

function scalarProblems(value: Json, scalar: string, path: string): readonly string[] {
  if (scalar === "boolean" && typeof value !== "boolean") return [`${path}: expected boolean, got ${goText(value)}`];
  if ((scalar === "integer" || scalar === "number") && typeof value !== "number")
    return [`${path}: expected numeric (int or float), got ${goText(value)}`];
  if ((scalar === "string" || scalar === "time") && typeof value !== "string")
    return [`${path}: expected string, got ${goText(value)}`];
  return [];
}

function goText(value: Json): string {
  if (Array.isArray(value)) return "list";
  if (isObject(value)) return "map";
  return typeof value;
}
