// The bundled program stands alone: threads, what is loaded late, and libraries, without any installed package.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bundle, workers } from "../../deploy/bundle.ts";
import { noticesOf } from "../../deploy/notices.ts";
import { checkShape } from "../../src/config/checked.ts";
import { readVersion } from "../../src/version.ts";
import { misshapen } from "./misshapen.ts";

const repository = join(import.meta.dirname, "../..");

test("every thread of the bot has its file", () => {
  const threads = globSync("src/**/worker.ts", { cwd: repository });
  assert.deepEqual(workers.map((worker) => worker.in).toSorted(), threads.toSorted());
});

test("threads and what is loaded late work in a folder without packages", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bundle-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = await bundle([{ in: "test/deploy/late-parts.ts", out: "src/late-parts" }, ...workers], folder);
  cpSync(join(repository, "package.json"), join(folder, "package.json"));
  const program = join(folder, "src", "late-parts.js");
  const said = execFileSync(process.execPath, [program, join(folder, "data")], { encoding: "utf8", timeout: 60_000 });
  assert.deepEqual(JSON.parse(said), {
    version: readVersion(),
    // Its schema was compiled when it was built, and says the same.
    configuration: JSON.parse(JSON.stringify(checkShape(misshapen))),
    stored: true,
    kinds: ["ConfigMap"],
    shifts: 1,
    credentials: ["github"],
    health: 200,
    metrics: true,
    traced: true,
  });
  assert.deepEqual(
    files.filter((file) => file.includes("node_modules/ajv/dist/compile/")),
    [],
    "nothing is compiled at its start",
  );
  const notices = noticesOf(repository, files);
  for (const name of ["kysely", "ical.js", "@secretlint/core", "yaml"])
    assert.match(notices, new RegExp(`^${name} \\d`, "m"));
});
