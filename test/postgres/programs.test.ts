// Without PostgreSQL the tier fails, and says how to get it.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../store/samples.ts";
import { findPrograms } from "./programs.ts";

test("a machine without a server is told how to install one", () => {
  assert.throws(() => findPrograms({ PG_BIN: "/nowhere" }), /in PG_BIN=\/nowhere.*apt-get install -y postgresql/s);
});

test("the folder that PG_BIN names is taken", (t) => {
  const folder = join(temporaryDirectory(t), "bin");
  mkdirSync(folder);
  for (const name of ["initdb", "postgres"]) writeFileSync(join(folder, name), "");
  assert.deepEqual(findPrograms({ PG_BIN: folder }), {
    initdb: join(folder, "initdb"),
    postgres: join(folder, "postgres"),
    basebackup: join(folder, "pg_basebackup"),
    control: join(folder, "pg_ctl"),
  });
});
