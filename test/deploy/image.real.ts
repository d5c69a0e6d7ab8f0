// The image's own steps, run in a temporary directory in place of a container: what it would hold starts by itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeImage } from "./image.ts";

test("the steps of the Dockerfile make a program that runs with nothing else, and a list of what it is made of", (t) => {
  const parent = mkdtempSync(join(tmpdir(), "countersign-image-"));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const image = makeImage(parent);
  const run = (...args: readonly string[]) =>
    execFileSync(join(image, "usr/bin/node"), [join(image, "app/dist/src/cli.js"), ...args], {
      env: {},
      cwd: "/",
      encoding: "utf8",
    });
  assert.match(run("--help"), /^ {2}start +run the bot$/m);
  assert.match(run("risk", "--help"), /countersign risk/);
  assert.ok(!existsSync(join(image, "app/node_modules")), "the program has its libraries in it");
  const sbom = JSON.parse(readFileSync(join(image, "app/sbom.cdx.json"), "utf8")) as {
    bomFormat: string;
    components: { name: string }[];
  };
  assert.equal(sbom.bomFormat, "CycloneDX");
  const named = sbom.components.map(({ name }) => name);
  for (const one of ["@slack/bolt", "@kubernetes/client-node", "kysely"]) assert.ok(named.includes(one), one);
  assert.ok(!named.includes("typescript"));
});
