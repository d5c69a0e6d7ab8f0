// Raw configuration held to the schema: every error at once, in words.
import type { ErrorObject, ValidateFunction } from "ajv";
import { configValidator } from "./config-validator.ts";
import { type Path, type Problem, shown } from "./problem.ts";
import { suggestion } from "./suggestion.ts";

export type Checked<Raw> =
  | { readonly kind: "checked"; readonly raw: Raw }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

export const checkShape = shapeCheck(configValidator);

/** The validator is made once, when first needed. */
export function shapeCheck<Raw>(validator: () => ValidateFunction<Raw>): (value: unknown) => Checked<Raw> {
  let compiled: ValidateFunction<Raw> | undefined;
  return (value) => {
    compiled ??= validator();
    if (compiled(value)) return { kind: "checked", raw: value };
    const problems = (compiled.errors ?? []).filter((error) => error.keyword !== "if").map(problemOf);
    return { kind: "problems", problems };
  };
}

function problemOf(error: ErrorObject): Problem {
  const path = pathOf(error.instancePath);
  const came = shown(error.data);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "required":
      return { path, says: `“${String(params.missingProperty)}” is missing.`, came: "" };
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
      return { path: [...path, key], says: `“${key}” is not known here; ${suggestion(key, known)}`, came: key };
    }
    case "enum": {
      const known = (params.allowedValues as readonly unknown[]).map(String);
      const given = typeof error.data === "string" ? error.data : came;
      return { path, says: `${came} is not possible here; ${suggestion(given, known)}`, came };
    }
    case "type":
      return { path, says: `${came} is ${kindWord(error.data)}, but ${typeWords(params.type)} is needed.`, came };
    case "pattern":
      return { path, says: `${came} does not have the right form; ${formOf(error)}`, came };
    case "minItems":
      return { path, says: `The list is empty; at least ${String(params.limit)} is needed.`, came };
    case "minProperties":
      return { path, says: "The map is empty; write what is asked for, or leave it out.", came };
    case "minLength":
      return { path, says: "The text is empty.", came };
    default:
      return { path, says: `${came} ${error.message ?? "is not right"}.`, came };
  }
}

function pathOf(pointer: string): Path {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.map((step) => (/^\d{1,9}$/.test(step) ? Number(step) : step));
}

function formOf(error: ErrorObject): string {
  const schema = error.parentSchema as { readonly examples?: readonly unknown[]; readonly description?: string };
  const example = schema.examples?.[0];
  if (example !== undefined) return `it looks like ${shown(example)}.`;
  return `it must match ${String((error.params as { readonly pattern?: unknown }).pattern)}.`;
}

function kindWord(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return (
    { object: "a map", number: "a number", boolean: "yes or no", string: "a text" }[typeof value as "string"] ?? "odd"
  );
}

function typeWords(types: unknown): string {
  const words: Readonly<Record<string, string>> = {
    array: "a list",
    object: "a map",
    string: "a text",
    integer: "a whole number",
    boolean: "true or false",
  };
  const names = Array.isArray(types) ? types.map(String) : String(types).split(",");
  return names.map((name) => words[name] ?? name).join(" or ");
}
