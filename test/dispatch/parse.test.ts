// The grammar: from what was typed to the verb and its parameters.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { verbs } from "../../src/commands/index.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { type Parsed, parse } from "../../src/dispatch/parse.ts";

const understood: readonly (readonly [string, string, Partial<Omit<Parsed, "action">>])[] = [
  ["", "help", {}],
  ["STATUS", "status", {}],
  ["kubectl get pods -n shop", "get", { typed: { kind: "pods", namespace: "shop" } }],
  ["k get po -A", "get", { typed: { kind: "po", allNamespaces: "" } }],
  [
    "get pods --namespace=shop -l app=x,tier!=y",
    "get",
    { typed: { kind: "pods", namespace: "shop", selector: "app=x,tier!=y" } },
  ],
  ["get deploy checkout", "get", { typed: { kind: "deploy", name: "checkout" } }],
  ["describe pod checkout-1", "describe", { typed: { target: "pod/checkout-1" } }],
  ["describe deployment.apps checkout", "describe", { typed: { target: "deployment.apps/checkout" } }],
  ["status deploy", "status", { typed: { target: "deploy" } }],
  ["scale checkout 5", "scale", { typed: { target: "checkout", replicas: "5" } }],
  ["scale deployment checkout --replicas=5", "scale", { typed: { target: "deployment/checkout", replicas: "5" } }],
  ["scale deploy checkout 5", "scale", { typed: { target: "deploy/checkout", replicas: "5" } }],
  ["scale deploy 5", "scale", { typed: { target: "deploy", replicas: "5" } }],
  ["scale 5", "scale", { typed: { replicas: "5" } }],
  ["rollback deployment/checkout --to-revision=41", "rollback", { typed: { target: "deployment/checkout", to: "41" } }],
  [
    "Set Image deployment checkout app=x:1 side=y:2",
    "set image",
    { typed: { target: "deployment/checkout", images: "app=x:1 side=y:2" } },
  ],
  ["set image app=x:1", "set image", { typed: { images: "app=x:1" } }],
  [
    "logs checkout -p -c app --since 15m",
    "logs",
    { typed: { target: "checkout", previous: "", container: "app", since: "15m" } },
  ],
  [
    "restart checkout -n shop --cluster production",
    "restart",
    { cluster: "production", namespace: "shop", typed: { target: "checkout" } },
  ],
  ["restart checkout because it’s leaking", "restart", { reason: "it's leaking", typed: { target: "checkout" } }],
  ["restart checkout BECAUSE x", "restart", { reason: "x" }],
  ['restart checkout --reason "of the leak"', "restart", { reason: "of the leak" }],
  ["restart checkout because of a leak —dry-run", "restart", { reason: "of a leak", dryRun: true }],
  [
    "rollback checkout because v42 broke --to 41",
    "rollback",
    { reason: "v42 broke", typed: { target: "checkout", to: "41" } },
  ],
  ["restart checkout because --froce was -n needed", "restart", { reason: "--froce was -n needed", dryRun: false }],
  [
    "grant <@U0BEN0001|ben> read-logs on production:shop/ for 2h because it’s failing",
    "grant",
    {
      reason: "it's failing",
      typed: { person: "@U0BEN0001", role: "read-logs", on: "production:shop/", for: "2h" },
    },
  ],
  ["grant me read-logs for 2h on shop", "grant", { typed: { person: "me", role: "read-logs", on: "shop", for: "2h" } }],
  ["Grant me read-logs On shop For 2h", "grant", { typed: { person: "me", role: "read-logs", on: "shop", for: "2h" } }],
  ["grant for 2h me read-logs", "grant", { typed: { person: "me", role: "read-logs", for: "2h" } }],
  ["grant me read-logs shop 2h", "grant", { typed: { person: "me", role: "read-logs", on: "shop", for: "2h" } }],
  [
    "grant me read-logs on namespace shop for 2h —as token —from “18:00 Europe/Berlin” because for 3h was on my mind",
    "grant",
    {
      reason: "for 3h was on my mind",
      typed: {
        person: "me",
        role: "read-logs",
        on: "namespace/shop",
        for: "2h",
        as: "token",
        from: "18:00 Europe/Berlin",
      },
    },
  ],
  ["extend r-4k7m2qx for 1h because x", "extend", { typed: { grant: "r-4k7m2qx", for: "1h" } }],
  ["shorten r-4k7m2qx to 30m", "shorten", { typed: { request: "r-4k7m2qx", to: "30m" } }],
  ["shorten r-4k7m2qx 30m", "shorten", { typed: { request: "r-4k7m2qx", to: "30m" } }],
  [
    "revoke r-4k7m2qx because on holiday for 2h",
    "revoke",
    { typed: { grant: "r-4k7m2qx", reason: "because on holiday for 2h" } },
  ],
  ["status --share", "status", { share: true }],
  [
    "cancel r-4k7m2qx because of the wrong cluster",
    "cancel",
    { typed: { request: "r-4k7m2qx", reason: "because of the wrong cluster" } },
  ],
  ["help set image", "help", { typed: { verb: "set image" } }],
  ["halt because of the loop", "halt", { reason: "of the loop", typed: {} }],
];

for (const [text, verb, expected] of understood) {
  test(`“${text}” is understood`, () => {
    const parsed = parse(text, verbs);
    assert.ok(!isRefusal(parsed), JSON.stringify(parsed));
    assert.equal(parsed.action.name, verb);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(key === "typed" ? { ...parsed.typed } : parsed[key as keyof Parsed], value, key);
  });
}

const refused: readonly (readonly [string, Refusal["code"], RegExp])[] = [
  ["rolback checkout", "no-such-verb", /Did you mean rollback\?/],
  ["statsu", "no-such-verb", /Did you mean status\?/],
  ["set", "no-such-verb", /set image/],
  ["rollout undo deployment/checkout", "no-such-verb", /Type: rollback deployment\/checkout/],
  ["kubectl rollout restart deploy/x -n shop", "no-such-verb", /Type: restart deploy\/x -n shop/],
  ["stop checkout", "no-such-verb", /Type: scale checkout 0/],
  ["approve r-4k7m2qx", "no-such-verb", /request's own card.*Type: request r-4k7m2qx/],
  ["approve", "no-such-verb", /Type: approvals/],
  ["edit deploy/x", "no-such-verb", /Type: apply/],
  ["xyzzy", "no-such-verb", /Type help/],
  ["rollback checkout --ot 41", "unknown-flag", /Did you mean --to\?/],
  ["get pods -o yaml", "unknown-flag", /describe shows an object as YAML/],
  ["logs x -f", "unknown-flag", /Logs are not followed/],
  ["apply -f x.yaml", "unknown-flag", /form opens for the manifest/],
  ["restart checkout --dry-run=server", "bad-argument", /Write just --dry-run/],
  ["rollback checkout --to", "missing-argument", /--to needs a value/],
  ["rollback checkout now please", "too-many-words", /“now please”.*after the word because/],
  ["status a b", "too-many-words", /Usage: status/],
  ["__proto__", "no-such-verb", /“__proto__”/],
  ["constructor x", "no-such-verb", /“constructor”/],
  ["status --__proto__=1", "unknown-flag", /no flag --__proto__=1/],
  ["status --constructor=1", "unknown-flag", /no flag --constructor=1/],
  ["scale x --to-string 1", "unknown-flag", /no flag/],
];

for (const [text, code, says] of refused) {
  test(`“${text}” is refused and says what to type`, () => {
    const parsed = parse(text, verbs);
    assert.ok(isRefusal(parsed), JSON.stringify(parsed));
    assert.equal(parsed.code, code);
    assert.match(`${parsed.message} ${parsed.hint}`, says);
  });
}

test("what a refusal offers to type is understood when typed", () => {
  for (const [text] of refused) {
    const parsed = parse(text, verbs);
    for (const choice of isRefusal(parsed) ? (parsed.choices ?? []) : []) {
      const again = parse(choice.command, verbs);
      assert.ok(!isRefusal(again) || again.code !== "no-such-verb", `${choice.command}: ${JSON.stringify(again)}`);
    }
  }
});

test("every example of every verb is understood as that verb", () => {
  for (const action of verbs.values()) {
    assert.ok(action.examples.length > 0, action.name);
    for (const example of action.examples) {
      const parsed = parse(example, verbs);
      assert.ok(!isRefusal(parsed), `${example}: ${JSON.stringify(parsed)}`);
      assert.equal(parsed.action.name, action.name, example);
    }
  }
});

const bits = fc.constantFrom(
  ...[...verbs.keys()].flatMap((name) => name.split(" ")),
  ...[
    "--dry-run",
    "--to",
    "-n",
    "—c",
    "because",
    "“",
    "'",
    "=",
    "a/b",
    "p:",
    "<@U1|x>",
    "__proto__",
    "--constructor=1",
    "5",
    "\u202e",
  ],
);

test("law: nothing that is typed makes the parser throw", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(bits, { maxLength: 9 }).map((all) => all.join(" ")),
  );
  fc.assert(
    fc.property(line, (text) => {
      const parsed = parse(text, verbs);
      if (isRefusal(parsed)) assert.ok(parsed.message !== "" && parsed.hint !== "");
      else assert.equal(verbs.get(parsed.action.name), parsed.action);
    }),
    { numRuns: 500 },
  );
});

test("law: --dry-run is never lost, wherever it stands", () => {
  fc.assert(
    fc.property(fc.nat(5), (at) => {
      const words = ["restart", "checkout", "because", "it", "is", "slow"];
      words.splice(Math.max(1, at + 1), 0, "--dry-run");
      const parsed = parse(words.join(" "), verbs);
      assert.ok(!isRefusal(parsed) && parsed.dryRun);
    }),
  );
});
