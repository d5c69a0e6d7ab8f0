// `countersign policy`: check with what is over, cases held to a policy, and one question with its reasons.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../store/samples.ts";
import { runCli } from "./capture.ts";
import { configText } from "./config.ts";

const rules = `  - name: reads
    when: { actions: read }
    allow: true
  - name: by-day
    when:
      verbs: restart
      groups: engineers
      hours: [{ zone: Europe/Berlin, days: [mon, tue, wed, thu, fri], from: "08:00", until: "18:00" }]
    allow: true
    limits: { objects: 2 }
  - name: scaling
    when: { verbs: scale, if: plan.replicas.after > 5 }
    approvals: { count: 1, from: engineers, ticket: { pattern: "OPS-[0-9]+", example: OPS-1 } }`;

interface Files {
  readonly directory: string;
  readonly config: string;
  write(name: string, text: string): string;
}

function files(t: TestContext): Files {
  const directory = temporaryDirectory(t);
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const config = write("countersign.yaml", configText({ dataDirectory: directory, checkpoints: directory, rules }));
  return { directory, config, write };
}

const right = `policy: countersign.yaml
cases:
  - name: by day an engineer restarts
    given: { who: { groups: engineers }, verb: restart, places: ["sample:shop/deployment.apps/checkout"] }
    expect: allow
  - name: not at night
    given:
      who: { groups: engineers }
      verb: restart
      places: ["sample:shop/deployment.apps/checkout"]
      at: 2026-11-18T22:00:00+01:00
    expect: { deny: no-rule }
  - name: three are too many
    given: { who: { groups: engineers }, verb: restart, places: [{ on: "sample:shop/deployment.apps/x", count: 3 }] }
    expect: { deny: by-day }
  - name: many pods take somebody else and a ticket
    given: { verb: scale, places: [{ on: "sample:shop/deployment.apps/x", replicas: { before: 1, after: 6 } }] }
    expect: { approvals: { need: 1 of engineers, rules: scaling, ticket: true, stepUp: false, assurance: none } }
`;

test("the shipped example's policy says what its cases expect", async () => {
  const ran = await runCli(["policy", "test", "countersign.example.test.yaml"]);
  assert.deepEqual(ran, { code: 0, out: "All 23 cases are as expected.\n", err: "" });
});

test("policy why takes a verb of two words as can-i does, with its arguments, and says what decides", async (t) => {
  const { write } = files(t);
  const place = ["--on", "sample:shop/deployment.apps/checkout"];
  const images = `  - name: images
    when: { verbs: "set image", args: { images: "*=registry.example.com/*" } }
    approvals: { count: 1, from: engineers }
  - name: no-latest
    when: { verbs: "set image", if: 'args.images.endsWith(":latest")' }
    deny: Name a version.`;
  const text = configText({ dataDirectory: "x", checkpoints: "x", rules: images });
  const config = ["--config", write("images.yaml", text)];
  const why = (verb: readonly string[], image: string) =>
    runCli(["policy", "why", ...verb, ...place, "--arg", `images=${image}`, ...config]);
  for (const verb of [["set-image"], ["set image"], ["set", "image"]]) {
    const { code, out } = await why(verb, "app=registry.example.com/checkout:v2");
    assert.equal(code, 0, out);
    assert.match(out, /^Needs 1 of engineers by images\.\n✓ images matches and asks for approvals/);
    assert.match(out, /✓ verb: set image; the rule asks for set image/);
    assert.match(out, /✓ argument images: app=registry\.example\.com\/checkout:v2; the rule asks for/);
    assert.match(out, /✗ no-latest does not match\n {2}✗ if args\.images\.endsWith/);
  }
  const latest = await why(["set-image"], "app=registry.example.com/checkout:latest");
  assert.deepEqual([latest.code, latest.out.split("\n")[0]], [1, "Refused by no-latest: Name a version."]);
  const elsewhere = await why(["set-image"], "app=elsewhere.example.com/checkout:v2");
  assert.match(
    elsewhere.out,
    /^Refused: No rule lets you use “set image” on sample:shop\/deployment\.apps\/checkout\./,
  );
  const wrong = await why(["set-imag"], "x");
  assert.deepEqual([wrong.code, /There is no verb “set-imag”; did you mean “set image”/.test(wrong.err)], [2, true]);
});

test("cases that are as expected exit with 0", async (t) => {
  const { write } = files(t);
  assert.deepEqual(await runCli(["policy", "test", write("cases.yaml", right)]), {
    code: 0,
    out: "All 4 cases are as expected.\n",
    err: "",
  });
});

test("a case that differs is told with what came and why, and exits with 1", async (t) => {
  const { write } = files(t);
  const wrong = right
    .replace("expect: allow", "expect: { approvals: { need: 2 of engineers } }")
    .replace("need: 1 of engineers, rules: scaling, ticket: true", "need: 2 of engineers, rules: reads, ticket: false");
  const { code, out } = await runCli(["policy", "test", write("cases.yaml", wrong)]);
  assert.equal(code, 1);
  assert.match(
    out,
    /cases\.yaml: by day an engineer restarts\n {2}expected to be asked for 2 of engineers, came out allowed\n/,
  );
  assert.match(out, / {4}✓ by-day matches and allows\n {6}✓ verb: restart; the rule asks for restart/);
  assert.match(
    out,
    /need: expected 2 of engineers, came 1 of engineers\n {2}rules: expected reads, came scaling\n {2}ticket: expected none, came true\n/,
  );
  assert.match(out, /2 of 4 cases differ\.\n$/);
});

test("every error of a file of cases is told with its line", async (t) => {
  const { write } = files(t);
  const file = write(
    "cases.yaml",
    `policy: countersign.yaml
cases:
  - name: one
    given: { who: { groups: engineer }, verb: restrat, places: ["smaple:shop//"], risks: deletions }
    expect: { deny: by-dya }
  - name: two
    given: { verb: restart, at: 2026-02-31T10:00:00Z }
    expect: {}
`,
  );
  const { code, err } = await runCli(["policy", "test", file]);
  assert.equal(code, 1);
  assert.deepEqual(
    err
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(file.length)),
    [
      ":4: cases[0].given.verb: There is no verb “restrat”; did you mean “restart”?",
      ":4: cases[0].given.who.groups[0]: There is no group “engineer”; did you mean “engineers”?",
      ":4: cases[0].given.risks[0]: There is no risk fact “deletions”; did you mean “deletion”?",
      ":4: cases[0].given.places[0]: “smaple:shop//” names no cluster that is configured; write cluster:namespace/kind/name, with sample.",
      ":5: cases[0].expect.deny: There is no rule “by-dya”; did you mean “by-day”?",
      ":7: cases[1].given.at: “2026-02-31T10:00:00Z” is not a moment that exists.",
      ":8: cases[1].expect: Expect exactly one of allow, deny and approvals.",
    ],
  );
  const shape = await runCli([
    "policy",
    "test",
    write("shape.yaml", "cases:\n  - nam: x\n    given: { verb: get }\n    expect: alow\n"),
  ]);
  assert.match(shape.err, /:2: cases\[0\]: “name” is missing\./);
  assert.match(shape.err, /:2: cases\[0\]\.nam: “nam” is not known here; did you mean “name”\?/);
  assert.match(shape.err, /:4: cases\[0\]\.expect: "alow" is not possible here; did you mean “allow”\?/);
});

test("--config holds another policy to the same cases", async (t) => {
  const { directory, write } = files(t);
  const other = write(
    "other.yaml",
    configText({ dataDirectory: directory, checkpoints: directory, rules: rules.replace("objects: 2", "objects: 3") }),
  );
  const { code, out } = await runCli(["policy", "test", write("cases.yaml", right), "--config", other]);
  assert.equal(code, 1);
  assert.match(out, /three are too many\n {2}expected to be refused by by-day, came out allowed\n/);
});

test("why prints the tree of reasons, and when a window would open; a refusal exits with 1", async (t) => {
  const { config } = files(t);
  const why = (...more: readonly string[]) =>
    runCli(["policy", "why", "restart", "--config", config, "--on", "sample:shop/deployment.apps/checkout", ...more]);
  const night = await why("--groups", "engineers", "--at", "2026-11-18T22:00:00+01:00");
  assert.equal(night.code, 1);
  assert.match(night.out, /^Refused: No rule lets you use “restart” on sample:shop\/deployment\.apps\/checkout\.\n/);
  assert.match(night.out, / {2}✗ within Mon–Fri 08:00–18:00 Europe\/Berlin\n/);
  assert.match(night.out, /From Thu 2026-11-19 08:00 \(Europe\/Berlin\) it would be allowed\.\n$/);
  const day = await why("--as", "U0ANA0001", "--at", "2026-11-18T12:00:00+01:00");
  assert.equal(day.code, 0);
  assert.match(day.out, /^Allowed by by-day\.\n/);
  const scale = await runCli([
    "policy",
    "why",
    "scale",
    "--config",
    config,
    "--on",
    "sample:shop/deployment.apps/x",
    "--replicas",
    "1:6",
  ]);
  assert.match(scale.out, /^Needs 1 of engineers by scaling\./);
});

test("wrong words of why are told with what would be right, and exit with 2", async (t) => {
  const { config } = files(t);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["restrat"], /no verb “restrat”; did you mean “restart”/],
    [["restart", "--groups", "engineer"], /no group “engineer”; did you mean “engineers”/],
    [["restart", "--on", "prod:x"], /names no cluster that is configured/],
    [["restart", "--on", "sample:shop/deployment.apps"], /is no place; write cluster:namespace\/kind\/name/],
    [["restart", "--risk", "delete"], /no risk fact “delete”/],
    [["restart", "--assurance", "sure"], /not one of none, directory, linked, linked-step-up/],
    [["scale", "--on", "sample:shop/deployment.apps/x", "--replicas", "many"], /--replicas many is no number/],
    [["restart", "--at", "noon"], /--at noon is no moment/],
    [["restart", "--arg", "x"], /--arg x is not NAME=VALUE/],
    [["restart", "--fly"], /fly/],
  ];
  for (const [words, says] of cases) {
    const ran = await runCli(["policy", "why", "--config", config, ...words]);
    assert.equal(ran.code, 2, words.join(" "));
    assert.match(ran.err, says);
  }
  assert.equal((await runCli(["policy", "constructor"])).code, 2);
  assert.equal((await runCli(["policy", "test"])).code, 2);
});

test("check says which calendar is over, which a start does not ask", async (t) => {
  const { directory, write } = files(t);
  const old = configText({
    dataDirectory: directory,
    checkpoints: directory,
    rules: `  - name: one
    when: { calendars: gone }
    allow: true`,
  }).replace("policy:\n", "policy:\n  calendars: [{ name: gone, days: [2020-12-24] }]\n");
  const ran = await runCli(["policy", "check", write("old.yaml", old)]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /All days of calendar “gone” are over, the last one on 2020-12-24/);
});
