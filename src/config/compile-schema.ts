// A schema of ours as ajv's function.
import { Ajv2020, type Options, type ValidateFunction } from "ajv/dist/2020.js";
import { linearRegExp } from "./linear-reg-exp.ts";
import type { Schema } from "./schema-parts.ts";
import { sharedSchema } from "./shared-schema.ts";

const options: Options = {
  allErrors: true,
  ownProperties: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  // The schema is held to its dialect by a test; doing it at each start would take most of the start.
  meta: false,
  validateSchema: false,
  inlineRefs: false,
};

/** Each file is checked once: making the code small would take longer than running it as it is. */
export function compileSchema<Raw>(schema: Schema): ValidateFunction<Raw> {
  const ajv = new Ajv2020({ ...options, code: { regExp: linearRegExp, optimize: false } });
  return ajv.compile<Raw>(sharedSchema(schema));
}

/** The same as ajv keeps its text, from which `ajv/dist/standalone` makes a module. */
export function schemaInSource(schema: Schema): { readonly ajv: Ajv2020; readonly validate: ValidateFunction } {
  const ajv = new Ajv2020({ ...options, code: { regExp: linearRegExp, source: true, esm: true } });
  return { ajv, validate: ajv.compile(sharedSchema(schema)) };
}
