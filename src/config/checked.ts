// Raw configuration held to the schema: every error at once, in words.
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { RE2JS } from "re2js";
import { type Path, type Problem, shown } from "./problem.ts";
import type { RawConfig } from "./raw.ts";
import { configSchema } from "./schema.ts";
import type { Schema } from "./schema-parts.ts";
import { sharedSchema } from "./shared-schema.ts";
import { suggestion } from "./suggestion.ts";

export type Checked<Raw> =
  | { readonly kind: "checked"; readonly raw: Raw }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

export const checkShape = shapeCheck<RawConfig>(configSchema);

/** The schema is compiled once, when first needed. */
export function shapeCheck<Raw>(schema: Schema): (value: unknown) => Checked<Raw> {
  let compiled: ValidateFunction<Raw> | undefined;
  return (value) => {
    compiled ??= compile<Raw>(schema);
    if (compiled(value)) return { kind: "checked", raw: value };
    const problems = (compiled.errors ?? []).filter((error) => error.keyword !== "if").map(problemOf);
    return { kind: "problems", problems };
  };
}

function compile<Raw>(schema: Schema): ValidateFunction<Raw> {
  const ajv = new Ajv2020({
    allErrors: true,
    ownProperties: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    // The schema is held to its dialect by a test; doing it at each start would take most of the start.
    meta: false,
    validateSchema: false,
    inlineRefs: false,
    // Each file is checked once: making the code small would take longer than running it as it is.
    code: { regExp: linearRegExp, optimize: false },
  });
  return ajv.compile<Raw>(sharedSchema(schema));
}

/** Patterns never reach the native engine (T18). Each is compiled when a text first meets it: most files use few of them. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    let re2: RE2JS | undefined;
    const test = (text: string): boolean => {
      re2 ??= RE2JS.compile(pattern);
      return re2.matcher(text).find();
    };
    // ajv keeps patterns by their text, so each needs its own.
    return { test, toString: () => pattern };
  },
  { code: "linearRegExp" },
);

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
