// The schema that is compiled says the same of any file as the one that is documented.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { parse } from "yaml";
import { configSchema } from "../../src/config/schema.ts";
import { casesSchema } from "../../src/config/schema-cases.ts";
import type { Schema } from "../../src/config/schema-parts.ts";
import { sharedSchema } from "../../src/config/shared-schema.ts";

const repository = join(import.meta.dirname, "../..");
const files = [
  { file: "countersign.example.yaml", schema: configSchema },
  { file: "countersign.example.test.yaml", schema: casesSchema },
];

function validatorOf(schema: Schema): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, inlineRefs: false });
  return ajv.compile(schema);
}

/** What problems are made of. */
function errorsOf(validate: ValidateFunction, value: unknown): readonly unknown[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, keyword, params, data, parentSchema }) => ({
    ...{ instancePath, keyword, params, data },
    examples: parentSchema?.examples,
    known: Object.keys((parentSchema?.properties as object | undefined) ?? {}),
  }));
}

type Step = string | number;

function pathsIn(value: unknown, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...inner.flatMap(([step, one]: readonly [Step, unknown]) => pathsIn(one, [...path, step]))];
}

function replaced(value: unknown, [step, ...rest]: readonly Step[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((one, at) => (at === step ? replaced(one, rest, by) : one));
  const map = value as Readonly<Record<string, unknown>>;
  return { ...map, [step]: replaced(map[step], rest, by) };
}

for (const { file, schema } of files)
  test(`law: whatever is changed in ${file}, the errors stay the same ones`, () => {
    const right: unknown = parse(readFileSync(join(repository, file), "utf8"));
    const [whole, shared] = [validatorOf(schema), validatorOf(sharedSchema(schema))];
    assert.deepEqual(errorsOf(shared, right), []);
    const paths = pathsIn(right);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, by) => {
        const wrong = replaced(right, path, by);
        assert.deepEqual(errorsOf(shared, wrong), errorsOf(whole, wrong));
      }),
      { numRuns: 400 },
    );
  });

test("what stands several times in the schema stands once in what is compiled", () => {
  const [whole, shared] = [configSchema, sharedSchema(configSchema)].map((schema) => JSON.stringify(schema).length);
  assert.ok((shared ?? 0) * 2 < (whole ?? 0), `${shared} of ${whole}`);
});

test("every pattern of the schemas is one that RE2 takes, since each is compiled with the first text only", () => {
  const patterns = [...JSON.stringify([configSchema, casesSchema]).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
  assert.ok(patterns.length > 20);
  for (const [, pattern = ""] of patterns) RE2JS.compile(String(JSON.parse(pattern)));
});
