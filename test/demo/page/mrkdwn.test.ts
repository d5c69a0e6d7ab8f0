// mrkdwn is read as Slack reads it, and hostile text stays text.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { safeHref } from "../../../demo/slack/page/text/links.js";
import { parseMrkdwn } from "../../../demo/slack/page/text/mrkdwn-tree.js";
import { addresses, allNodes, clock, seen } from "./text-kit.ts";

const parse = (text: string) => parseMrkdwn(text, clock);
const text = (value: string) => ({ kind: "text", text: value });

test("bold, italic, strike and code are read, and nest", () => {
  assert.deepEqual(parse("*b _i_* ~s~ `*c*`"), [
    { kind: "bold", children: [text("b "), { kind: "italic", children: [text("i")] }] },
    text(" "),
    { kind: "strike", children: [text("s")] },
    text(" "),
    { kind: "code", text: "*c*" },
  ]);
});

test("marks inside words, before spaces or without an end are only characters", () => {
  for (const plain of ["snake_case_name", "2*3*4", "* item", "a *b", "~/.config ~", "__", "**"]) {
    assert.deepEqual(parse(plain), [text(plain)], plain);
  }
});

test("mentions of people, channels and groups keep id and label", () => {
  assert.deepEqual(parse("<@U1ABC> <#C1ABC|payments> <!subteam^S1ABC|@leads>"), [
    { kind: "user", id: "U1ABC", label: null },
    text(" "),
    { kind: "channel", id: "C1ABC", label: "payments" },
    text(" "),
    { kind: "group", id: "S1ABC", label: "@leads" },
  ]);
});

test("a link shows its label and entities are decoded once", () => {
  assert.deepEqual(parse("<https://a.test/?x=1&amp;y=2|a &lt;b&gt; &amp;lt;>"), [
    { kind: "link", href: "https://a.test/?x=1&y=2", children: [text("a <b> &lt;")] },
  ]);
});

test("bare addresses become links without the punctuation after them", () => {
  assert.deepEqual(addresses(parse("see https://a.test/b, (https://c.test) xhttps://d.test")), [
    "https://a.test/b",
    "https://c.test/",
  ]);
});

test("hostile strings never become active", () => {
  const hostile = [
    "<javascript:alert(1)|click>",
    "<JaVaScRiPt:alert(1)>",
    "<java\tscript:alert(1)|x>",
    "<data:text/html,hi|x>",
    "<vbscript:x|x>",
    "<file:///etc/passwd|x>",
    "<//evil.test|x>",
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "&lt;!channel&gt; &lt;@U1ABC&gt; &lt;javascript:x&gt;",
  ];
  for (const each of hostile) {
    const nodes = parse(each);
    assert.deepEqual(addresses(nodes), [], each);
    assert.deepEqual([...new Set(allNodes(nodes).map(({ kind }) => kind))], ["text"], each);
    assert.equal(seen(nodes), each.replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
  }
});

test("a broadcast is a name without any address", () => {
  assert.deepEqual(parse("<!channel>"), [{ kind: "broadcast", name: "channel" }]);
});

test("fences keep their text as it is, and show only the label of links", () => {
  assert.deepEqual(parse("a\n```\n*x* <https://a.test|a.test> &lt;b&gt;\n```\nb"), [
    text("a"),
    { kind: "pre", text: "*x* a.test <b>" },
    text("b"),
  ]);
});

test("quotes gather their lines, and >>> takes all that follows", () => {
  assert.deepEqual(parse("&gt; a\n&gt;b\nc"), [
    { kind: "quote", children: [text("a"), { kind: "break" }, text("b")] },
    text("c"),
  ]);
  assert.deepEqual(parse("&gt;&gt;&gt; a\nb"), [
    { kind: "quote", children: [text("a"), { kind: "break" }, text("b")] },
  ]);
});

test("list lines keep the mark that was typed", () => {
  assert.deepEqual(parse("• a\n  ◦ b\n1. c"), [
    { kind: "item", marker: "•", indent: 0, children: [text("a")] },
    { kind: "item", marker: "◦", indent: 2, children: [text("b")] },
    { kind: "item", marker: "1.", indent: 0, children: [text("c")] },
  ]);
});

test("known shortcodes become emoji and unknown ones stay", () => {
  assert.deepEqual(parse(":lock: :nope: 10:30:15 :constructor:"), [
    { kind: "emoji", name: "lock", glyph: "🔒" },
    text(" :nope: 10:30:15 :constructor:"),
  ]);
});

test("dates are written in the reader's zone, with the fallback when they cannot be", () => {
  const at = Date.UTC(2026, 10, 21, 14, 5, 9) / 1000;
  const [date] = parse(`<!date^${at}^{date_short_pretty} at {time_secs}|later>`);
  assert.deepEqual(date, { kind: "date", text: "Today at 2:05:09 PM", href: null });
  assert.equal(seen(parse("<!date^soon^{time}|later>")), "later");
  assert.equal(seen(parse(`<!date^${at}^{bogus}|later>`)), "later");
  assert.deepEqual(addresses(parse(`<!date^${at}^{time}^javascript:alert(1)|x>`)), []);
});

test("whatever the text, only http, https and mailto are reachable", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "|",
    "*",
    "_",
    "~",
    "`",
    "```",
    "\n",
    "&lt;",
    "!date^1^{time}^",
    "@U1",
    ":x:",
    "javascript:a",
    "https://a.test",
    "mailto:a@b.test",
    "data:x",
    " ",
    "\t",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      for (const href of addresses(parse(pieces.join("")))) {
        assert.match(href, /^(https?|mailto):/);
        assert.equal(safeHref(href), href);
      }
    }),
  );
});

test("marks without end do not make reading slow", () => {
  const long = "*a _b ~c <x ".repeat(3000);
  assert.equal(seen(parse(long)).length, long.length);
});
