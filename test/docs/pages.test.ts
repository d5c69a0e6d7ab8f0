// The docs agree with the code: generated pages, links, and the words that are used.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { cliCommands } from "../../src/cli/commands.ts";
import { pages } from "./pages.ts";

for (const { file, text } of pages) {
  test(`${file} is what the code says`, () => {
    assert.ok(
      existsSync(file) && readFileSync(file, "utf8") === text(),
      `${file} is out of date. Write it again with: node test/docs/write.ts`,
    );
  });
}

const written = globSync("docs/**/*.md");

test("every link in the docs leads somewhere", () => {
  const dead: string[] = [];
  for (const file of written) {
    for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(dirname(file), target))) dead.push(`${file} → ${target}`);
    }
  }
  assert.deepEqual(dead, []);
});

test("every file of the repository that the docs name is there", () => {
  const lost: string[] = [];
  for (const file of written) {
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/`((?:src|test|demo|docs)\/[A-Za-z0-9_./-]+)`/g)) {
      if (!existsSync(path)) lost.push(`${file} → ${path}`);
    }
  }
  assert.deepEqual(lost, []);
});

test("every command of the command line that the docs show exists", () => {
  const known = new Set(cliCommands.map(({ name }) => name));
  const strange: string[] = [];
  for (const file of written) {
    for (const [, word = ""] of readFileSync(file, "utf8").matchAll(/(?:^|`)countersign ([a-z-]+)/gm)) {
      if (!known.has(word)) strange.push(`${file}: countersign ${word}`);
    }
  }
  assert.deepEqual(strange, []);
});
