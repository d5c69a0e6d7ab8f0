// `database` loads whole or not at all; the address itself is only ever named, and wanting one without having it is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { readDatabaseUrl } from "../../src/cli/settings.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import type { Config } from "../../src/core/config.ts";
import { databaseOptions } from "../../src/main/database.ts";

function load(database: string | null): Config | string {
  const text = [
    "clusters: [{ name: prod, environment: production }]",
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    ...(database === null ? [] : [`database: ${database}`]),
    "policy: { rules: [{ name: one, allow: true }] }",
  ].join("\n");
  const config = loadConfig(text, "c.yaml", { verbs: ["halt"], check: checkPolicy });
  return isConfigErrors(config) ? renderConfigErrors(config) : config;
}

function databaseOf(text: string | null): Config["database"] {
  const config = load(text);
  assert.ok(typeof config !== "string", String(config));
  return config.database;
}

test("what is left out has a default; the section alone makes a database wanted", () => {
  const defaults = { urlFrom: "DATABASE_URL", caFile: null, connections: 5 };
  const times = { connectWithinMs: 2_000, answerWithinMs: 3_000, lockWithinMs: 2_000, idleWithinMs: 3_000 };
  assert.deepEqual(databaseOf(null), { isWanted: false, ...defaults, ...times });
  assert.deepEqual(databaseOf("{}"), { isWanted: true, ...defaults, ...times });
  assert.deepEqual(databaseOf("{ urlFrom: PG, caFile: /ca, connections: 9, lockWithin: 4s, idleWithin: 1m }"), {
    ...{ isWanted: true, urlFrom: "PG", caFile: "/ca", connections: 9 },
    ...{ ...times, lockWithinMs: 4_000, idleWithinMs: 60_000 },
  });
});

test("an address in the file is an error, and so are too few connections and a time without a unit", () => {
  assert.match(String(load("{ url: postgres://u:p@h/d }")), /c\.yaml:4.*database/s);
  assert.match(String(load("{ urlFrom: postgres://u:p@h/d }")), /urlFrom/);
  assert.match(String(load("{ connections: 1 }")), /connections/);
  assert.match(String(load("{ answerWithin: 3 }")), /answerWithin/);
});

test("DATABASE_URL alone selects the database; a wanted one that is not named refuses to start", () => {
  const url = "postgres://bot:x@127.0.0.1:5433/cs";
  assert.equal(readDatabaseUrl({}, databaseOf(null)), null);
  assert.equal(readDatabaseUrl({ DATABASE_URL: "" }, databaseOf(null)), null);
  assert.equal(readDatabaseUrl({ DATABASE_URL: url }, databaseOf(null)), url);
  assert.throws(
    () => readDatabaseUrl({ DATABASE_URL: url }, databaseOf("{ urlFrom: OTHER }")),
    /^Error: OTHER is not set/,
  );
  assert.throws(
    () => readDatabaseUrl({}, databaseOf("{}")),
    /DATABASE_URL is not set: .* Without the section “database”/,
  );
  assert.equal(databaseOptions({ database: databaseOf(null) }, null), null);
  const options = databaseOptions({ database: databaseOf("{ connections: 7 }") }, url);
  assert.deepEqual(
    [options?.name, options?.settings.connections, options?.settings.address.port],
    ["DATABASE_URL", 7, 5433],
  );
});
