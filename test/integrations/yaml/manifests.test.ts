// Manifests are read in one way or refused, away from the main loop (T14, T15, T17).
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { isRefusal, type Refusal } from "../../../src/core/refusal.ts";
import { openManifests } from "../../../src/integrations/yaml/manifests.ts";
import { hostileYaml } from "../../support/hostile.ts";

const manifests = openManifests();
after(() => manifests.close());

const head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

async function refusal(text: string): Promise<Refusal> {
  const answer = await manifests.read(text);
  assert.ok(isRefusal(answer), `not refused: ${JSON.stringify(answer).slice(0, 200)}`);
  return answer;
}

async function contents(text: string): Promise<readonly unknown[]> {
  const answer = await manifests.read(text);
  assert.ok(!isRefusal(answer), isRefusal(answer) ? answer.message : "");
  return answer.map((document) => document.content);
}

describe("T15: what YAML 1.1 and 1.2 read differently is refused with line and path", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["on", "data:\n  a: on\n", "Line 6, data.a,"],
    ["yes", "data:\n  a: yes\n", "Line 6, data.a,"],
    ["no", "data:\n  a: NO\n", "Line 6, data.a,"],
    ["y", "data:\n  a: y\n", "Line 6, data.a,"],
    ["off in a list", "spec:\n  list:\n    - x\n    - off\n", "Line 8, spec.list[1],"],
    ["octal file mode", "spec:\n  defaultMode: 0644\n", "Line 6, spec.defaultMode,"],
    ["0o17", "spec:\n  mode: 0o17\n", "Line 6, spec.mode,"],
    ["underscores", "spec:\n  n: 1_000\n", "Line 6, spec.n,"],
    ["base 60", "spec:\n  t: 12:30:45\n", "Line 6, spec.t,"],
    ["binary", "spec:\n  t: 0b11\n", "Line 6, spec.t,"],
    ["a key y", "spec:\n  y: 2\n", "Line 6, spec.y,"],
    ["a key on", "on: 2\n", "Line 5, on,"],
    ["a merge key", "x: &x {a: b}\nspec:\n  <<: *x\n", "Line 7, spec,"],
    ["a duplicate key", "data:\n  a: x\n  a: z\n", "Line 7, data.a,"],
    ["a duplicate key after conversion", 'data:\n  1: x\n  "1": z\n', "Line 7, data.1,"],
    ["an unknown tag", "data:\n  a: !foo x\n", "Line 6"],
    ["a binary tag", "data:\n  a: !!binary aGk=\n", "Line 6"],
    ["an integer over 2^53", "spec:\n  n: 9007199254740993\n", "Line 6, spec.n,"],
    ["not a number", "spec:\n  n: .nan\n", "Line 6, spec.n,"],
    ["a version of its own", "", "Line 2"],
    ["an alias to nothing", "spec: *nowhere\n", "Line 5"],
    ["a list as key", "spec:\n  ? [a, b]\n  : c\n", "Line 6"],
    ["a prototype as key", "spec:\n  __proto__: {polluted: true}\n", "Line 6"],
    ["a bidirectional key", 'spec:\n  "a\\u202Eb": c\n', "Line 6"],
  ];
  for (const [name, text, where] of cases) {
    test(name, async () => {
      const whole = name === "a version of its own" ? `%YAML 1.1\n---\n${head}` : head + text;
      const refused = await refusal(whole);
      assert.equal(refused.code, "bad-yaml");
      assert.ok(refused.message.startsWith(where), refused.message);
    });
  }

  test("what both read alike is taken: quoted words, decimals, timestamps, anchors", async () => {
    const text = `${head}data:\n  a: "on"\n  b: "0644"\n  c: 2026-11-21\n  d: 2026-11-21T10:00:00Z\n  e: &e x\n  f: *e\n  g: 420\n  h: 1.5\n  i: true\n  j: ~\n`;
    const [content] = await contents(text);
    assert.deepEqual((content as { data: unknown }).data, {
      a: "on",
      b: "0644",
      c: "2026-11-21",
      d: "2026-11-21T10:00:00Z",
      e: "x",
      f: "x",
      g: 420,
      h: 1.5,
      i: true,
      j: null,
    });
  });

  test("syntax errors name their line", async () => {
    assert.match((await refusal(`${head}data: {a: [}\n`)).message, /^Line 5/);
    assert.match((await refusal(`${head}data:\n\t- x\n`)).message, /^Line 6|^Line 5/);
  });
});

describe("documents", () => {
  test("several documents keep their order and their lines", async () => {
    const answer = await manifests.read(`---\n${head}---\n# nothing\n---\n${head.replace("name: a", "name: b")}`);
    assert.ok(!isRefusal(answer));
    assert.deepEqual(
      answer.map(({ index, line }) => [index, line]),
      [
        [1, 2],
        [2, 9],
      ],
    );
  });

  test("JSON is read as well", async () => {
    const object = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a" },
      spec: { n: [1, 2.5, null, true, "x\ty"] },
    };
    assert.deepEqual(await contents(JSON.stringify(object, null, "\t")), [object]);
  });

  test("lists are taken apart, also within lists", async () => {
    const item = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name } });
    const list = (items: unknown[]) => ({ apiVersion: "v1", kind: "List", items });
    assert.deepEqual(await contents(JSON.stringify(list([item("a"), list([item("b")]), item("c")]))), [
      item("a"),
      item("b"),
      item("c"),
    ]);
  });

  test("what lacks apiVersion, kind or metadata.name is incomplete, also within a list", async () => {
    for (const text of [
      "kind: Pod\nmetadata: {name: a}",
      "apiVersion: v1\nmetadata: {name: a}",
      "apiVersion: v1\nkind: Pod",
      "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}",
      "- a\n- b",
      "just words",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: 7}",
      "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n",
    ])
      assert.equal((await refusal(text)).code, "incomplete-object", text);
  });

  test("a name with invisible characters is refused and the character named", async () => {
    const refused = await refusal('apiVersion: v1\nkind: Pod\nmetadata:\n  name: "a\\u202Eb"\n');
    assert.match(refused.message, /metadata\.name holds the invisible character U\+202E/);
    assert.match((await refusal('apiVersion: v1\nkind: Pod\nmetadata:\n  name: "a\\0b"\n')).message, /U\+0000/);
  });

  test("nothing at all is an empty manifest", async () => {
    for (const text of ["", "\n\n", "---\n---\n", "# only words\n"])
      assert.equal((await refusal(text)).code, "empty-manifest");
  });
});

describe("T14: bombs are refusals, and the main loop goes on", () => {
  test("the hostile corpus", async () => {
    // Turns, not times: a thread of its own parses while this one turns on, on a busy machine too.
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 1);
    for (const [name, text] of Object.entries(hostileYaml)) {
      const refused = await refusal(text);
      assert.ok(["bad-yaml", "manifest-too-large", "slow-manifest"].includes(refused.code), `${name}: ${refused.code}`);
    }
    clearInterval(turning);
    assert.ok(turns > 3 * Object.keys(hostileYaml).length, `the main loop turned ${turns} times`);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });

  test("20,000 keys are read in time", async () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `  key${index}: "v"`).join("\n");
    const [content] = await contents(`${head}data:\n${keys}\n`);
    assert.equal(Object.keys((content as { data: object }).data).length, 20_000);
  });

  test("what is too slow is refused, and the next text gets a fresh worker", async () => {
    const hasty = openManifests({ deadlineMs: 1 });
    const slow = await hasty.read(`${head}data:\n${"  ? x\n".repeat(10_000)}`);
    assert.ok(isRefusal(slow) && slow.code === "slow-manifest");
    const again = await hasty.read(head);
    assert.ok(isRefusal(again) && again.code === "slow-manifest");
    await hasty.close();
  });

  test("a text after a slow one is read", async () => {
    const patient = openManifests({ deadlineMs: 1_500, nodes: 10_000_000, aliases: 10_000_000, depth: 1_000_000 });
    assert.ok(isRefusal(await patient.read(hostileYaml["a billion laughs"])));
    // On a busy machine the fresh worker itself may need longer than a text is given.
    let after = await patient.read(head);
    for (let again = 0; isRefusal(after) && again < 20; again += 1) after = await patient.read(head);
    assert.ok(!isRefusal(after));
    await patient.close();
  });
});
