// Holds the figures that docs/scaling.md quotes to those that were measured last.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const measured = (file: string): readonly Measured[] =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { readonly figures: readonly Measured[] }).figures : [];

/** `name` = value unit, in code: a figure as the runs write it. */
const quoted = /`([a-z0-9-]+(?:\.[A-Za-z0-9-]+)+) = ([0-9.]+) ([^`]+)`/g;

test("every figure that docs/scaling.md quotes is the one that was measured", () => {
  const figures = ["bench/results.json", "bench/soak.json"].flatMap(measured);
  const quotes = [...readFileSync("docs/scaling.md", "utf8").matchAll(quoted)];
  assert.ok(quotes.length >= 10, `only ${quotes.length} figures are quoted`);
  for (const [, name = "", value = "", unit = ""] of quotes) {
    const figure = figures.find((one) => one.name === name);
    assert.ok(figure !== undefined, `${name} was not measured`);
    assert.deepEqual([Number(value), unit], [figure.value, figure.unit], name);
  }
});
