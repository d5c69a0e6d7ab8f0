// The published package: what npm would pack is enough to run the demo from, without TypeScript and without any other package.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "../../deploy/build.ts";
import { startDemoProcess } from "./demo-process.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

test("the packed files run the demo by themselves", async (t) => {
  const parent = mkdtempSync(join(tmpdir(), "countersign-package-"));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const whole = join(parent, "whole");
  const packed = join(parent, "packed");
  for (const name of ["package.json", "LICENSE", "manifest.json", "countersign.example.yaml", "docs", "deploy"])
    cpSync(join(repository, name), join(whole, name), { recursive: true });
  await build(join(whole, "dist"));
  const said = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: whole,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [one] = JSON.parse(said) as readonly Packed[];
  const files = one?.files.map(({ path }) => path) ?? [];
  for (const path of [
    "dist/src/cli.js",
    "dist/src/store/worker.js",
    "dist/THIRD-PARTY-LICENSES",
    "dist/demo/slack/page/index.html",
    "manifest.json",
  ])
    assert.ok(files.includes(path), `${path} is packed`);
  assert.deepEqual(
    files.filter((path) => path.endsWith(".ts") && path.startsWith("dist/")),
    [],
  );
  for (const path of files) cpSync(join(whole, path), join(packed, path));
  const checked = execFileSync(process.execPath, [
    ...[join(packed, "dist/src/cli.js"), "policy", "check"],
    join(packed, "countersign.example.yaml"),
  ]);
  assert.match(String(checked), /rules/);
  const demo = await startDemoProcess({
    command: process.execPath,
    args: [join(packed, "dist/src/cli.js"), "demo", "--port", "0"],
    directory: parent,
    env: process.env,
    withinMs: 30_000,
  });
  t.after(() => demo.stop());
  const page = await fetch(demo.pageUrl);
  assert.match(await page.text(), /<title>/);
  const state = await fetch(`${demo.pageUrl}page/api/state?as=U0ANA0001`);
  assert.equal(state.status, 200);
  assert.equal(await demo.stop(), 0, "Ctrl-C is a clean end");
});
