// The page's own source holds to its rules: no markup from data, nothing from elsewhere, every file it names is there.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../demo/slack/page/", import.meta.url));
const files = globSync("**/*.{js,css,html}", { cwd: root }).map((name) => ({
  name,
  text: readFileSync(join(root, name), "utf8"),
}));
const scripts = files.filter(({ name }) => name.endsWith(".js"));

test("nothing makes markup or code out of text", () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|\beval\(|new Function/;
  assert.ok(scripts.length > 30);
  assert.deepEqual(
    scripts.filter(({ text }) => forbidden.test(text)).map(({ name }) => name),
    [],
  );
});

test("nothing is loaded from elsewhere", () => {
  const allowed = "http://www.w3.org/2000/svg";
  const outside = /(?:src=|href=|url\(|import .*from |@import )\s*["']?(?:https?:)?\/\//;
  for (const { name, text } of files) assert.doesNotMatch(text.replaceAll(allowed, ""), outside, name);
});

test("every module and style sheet that is named is there", () => {
  for (const { name, text } of files) {
    const named = [...text.matchAll(/(?:from|import) "(\.[^"]+\.js)"|(?:src|href)="(\.[^"]+)"/g)].map(
      (match) => match[1] ?? match[2] ?? "",
    );
    for (const each of named) assert.ok(existsSync(resolve(root, dirname(name), each)), `${name} names ${each}`);
  }
});

test("the page's policy lets only its own scripts run", () => {
  const index = readFileSync(join(root, "index.html"), "utf8");
  assert.match(index, /default-src 'none'; script-src 'self';/);
  assert.doesNotMatch(index, /unsafe-inline|unsafe-eval/);
});
