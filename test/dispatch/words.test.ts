// Words as phones, Macs and Slack send them.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRefusal } from "../../src/core/refusal.ts";
import { plainText, splitWords } from "../../src/dispatch/words.ts";

const plain: readonly (readonly [string, string, string])[] = [
  ["curly double quotes", "logs x --grep “time out”", 'logs x --grep "time out"'],
  ["curly single quotes", "logs x --grep ‘time out’", "logs x --grep 'time out'"],
  ["an apostrophe from a phone", "because it’s down", "because it's down"],
  ["an em dash for --", "restart x —dry-run", "restart x --dry-run"],
  ["an en dash for --", "restart x –dry-run", "restart x --dry-run"],
  ["a minus sign for --", "restart x −dry-run", "restart x --dry-run"],
  ["an en dash for a short flag", "get pods –n shop", "get pods -n shop"],
  ["an em dash for a short flag", "get pods —n=shop", "get pods -n=shop"],
  ["a dash between words stays", "because it broke — again", "because it broke — again"],
  ["a no-break space", "get\u00a0pods", "get pods"],
  ["line ends and tabs", "get\npods\t-n\r\nshop", "get pods -n  shop"],
  ["backticks around the whole", "`rollback checkout`", "rollback checkout"],
  ["a mention with a name", "audit <@U012AB3CD|ann>", "audit @U012AB3CD"],
  ["a mention without one", "audit <@W012AB3CD>", "audit @W012AB3CD"],
  ["a channel", "status <#C012AB3CD|ops>", "status #C012AB3CD"],
  ["a user group", "audit <!subteam^S0123|@platform>", "audit @S0123"],
  ["here", "because <!here> knows", "because @here knows"],
  ["a name that looks like a site", "status <http://checkout.shop|checkout.shop>", "status checkout.shop"],
  ["a link that ends in a slash", "status <http://checkout.shop/|checkout.shop>", "status checkout.shop"],
  [
    "an image reference",
    "set image x app=<http://registry.acme.example/shop/app:v1.2|registry.acme.example/shop/app:v1.2>",
    "set image x app=registry.acme.example/shop/app:v1.2",
  ],
  ["a typed link", "because <https://ci.example/run/7>", "because https://ci.example/run/7"],
  [
    "a link under other words shows where it goes",
    "because <https://evil.example|the ticket>",
    "because https://evil.example",
  ],
  ["a mail address", "because <mailto:a@b.example|a@b.example>", "because a@b.example"],
  ["escaped characters", "logs x --grep a&lt;b&amp;c&gt;d", "logs x --grep a<b&c>d"],
  ["an escaped escape is unescaped once", "because &amp;lt;", "because &lt;"],
];

for (const [name, typed, meant] of plain) test(`plain text: ${name}`, () => assert.equal(plainText(typed), meant));

const split: readonly (readonly [string, readonly string[]])[] = [
  ["", []],
  ["   ", []],
  ["get  pods", ["get", "pods"]],
  ['logs x --grep "time out"', ["logs", "x", "--grep", "time out"]],
  ["logs x --grep='time out'", ["logs", "x", "--grep=time out"]],
  ["restart x because it's down", ["restart", "x", "because", "it's", "down"]],
  ["restart x because 'tis down", ["restart", "x", "because", "'tis", "down"]],
  ['restart x because of "x', ["restart", "x", "because", "of", '"x']],
  ['restart x because "one two" three', ["restart", "x", "because", "one two", "three"]],
  ['logs x --grep "a "b" c"', ["logs", "x", "--grep", 'a "b', 'c"']],
];

for (const [text, words] of split)
  test(`words of ${JSON.stringify(text)}`, () => assert.deepEqual(splitWords(text), words));

test("a quote that is not closed is refused with what to do", () => {
  const refused = splitWords('logs x --grep "time out');
  assert.ok(isRefusal(refused) && refused.code === "unclosed-quote");
  assert.match(refused.message, /begins at "time out/);
});

test("law: words without quotes and spaces survive splitting", () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9:/=.-]{1,12}$/);
  fc.assert(fc.property(fc.array(word), (words) => assert.deepEqual(splitWords(words.join(" ")), words)));
});

test("law: any text is split or refused, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const words = splitWords(plainText(text));
      assert.ok(isRefusal(words) || words.every((word) => typeof word === "string"));
    }),
  );
});
