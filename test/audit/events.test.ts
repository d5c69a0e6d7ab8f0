// B2 and B7: every event code has a schema, a success and a failure form, and a place in the docs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { sealRecord } from "../../src/audit/chain.ts";
import { eventKinds, notRecorded } from "../../src/audit/events/index.ts";
import { recordSchema } from "../../src/audit/events/schema.ts";
import { type AuditCode, type AuditEvent, auditCodes } from "../../src/core/audit.ts";
import type { Digest } from "../../src/core/digest.ts";

const codes = Object.keys(auditCodes) as AuditCode[];

function recordOf(event: AuditEvent) {
  return sealRecord(event, { size: 7, hash: `sha256:${"a".repeat(64)}` as Digest }, 1_793_000_000_000).record;
}

// `required` stands in if/then apart from `properties`, and enums without a type are meant: the rest stays strict.
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, ownProperties: true });

const validator = (code: AuditCode) => ajv.getSchema(String(recordSchema(code).$id)) ?? ajv.compile(recordSchema(code));

test("every code has a schema and no schema is without a code", () => {
  assert.deepEqual(Object.keys(eventKinds).sort(), [...codes].sort());
});

for (const code of codes) {
  test(`${code}: its success and its failure form are there and fit the schema`, () => {
    const { success, failure } = eventKinds[code];
    const validate = validator(code);
    let own = 0;
    for (const [form, example] of [
      ["success", success],
      ["failure", failure],
    ] as const) {
      if (typeof example === "string") {
        assert.equal(
          typeof eventKinds[example][form],
          "object",
          `${example} stands for ${code} and has a ${form} form`,
        );
        continue;
      }
      own += 1;
      assert.equal(example.code, code);
      assert.equal(example.outcome === "ok", form === "success");
      assert.ok(validate(recordOf(example)), JSON.stringify(validate.errors));
    }
    assert.ok(own > 0);
  });

  test(`${code}: a record of another shape does not fit its schema`, () => {
    const validate = validator(code);
    const { success, failure, required } = eventKinds[code];
    const example = typeof success === "string" ? failure : success;
    assert.ok(typeof example !== "string");
    const record = recordOf(example);
    const without = (key: string) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
    const bad: readonly object[] = [
      ...Object.keys(record).map(without),
      { ...record, code: "no.such" },
      { ...record, outcome: "maybe" },
      { ...record, hash: "sha256:ab" },
      { ...record, request: "DROP TABLE" },
      { ...record, extra: 1 },
      { ...record, outcome: "failed", details: {} },
      ...(required.length > 0 && record.outcome === "ok" ? [{ ...record, details: {} }] : []),
    ];
    for (const one of bad) assert.equal(validate(one), false, JSON.stringify(one));
  });
}

test("what is not recorded is the published list, and no event is about it", () => {
  assert.deepEqual(Object.keys(notRecorded), ["health", "metrics", "help"]);
  for (const name of Object.keys(notRecorded)) assert.ok(codes.every((code) => !code.includes(name)));
});
