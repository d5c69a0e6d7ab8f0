// Markdown and rich text are read into the same tree, with the same care for addresses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMarkdown } from "../../../demo/slack/page/text/markdown-tree.js";
import { richTextTree } from "../../../demo/slack/page/text/rich-text-tree.js";
import { addresses, allNodes, clock, seen } from "./text-kit.ts";

const text = (value: string) => ({ kind: "text", text: value });

test("Markdown blocks are told apart", () => {
  const source = "# Head\n\npara **b**\nmore\n\n- a\n1. b\n\n> q\n\n---\n\n```yaml\nx: *1*\n```";
  const kinds = parseMarkdown(source).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["heading", "paragraph", "item", "item", "quote", "rule", "pre"]);
  assert.equal(seen(parseMarkdown(source)), "Headpara b\nmoreabqx: *1*");
});

test("a Markdown table keeps its rows and cells", () => {
  const [table] = parseMarkdown("| a | b |\n|---|:-:|\n| `1` | x \\| y |");
  assert.deepEqual(table, {
    kind: "table",
    rows: [
      [[text("a")], [text("b")]],
      [[{ kind: "code", text: "1" }], [text("x | y")]],
    ],
  });
});

test("hostile Markdown stays text", () => {
  for (const hostile of [
    "[x](javascript:alert(1))",
    "<script>alert(1)</script>",
    "![x](data:text/html,x)",
    "[x](//evil.test)",
  ]) {
    const nodes = parseMarkdown(hostile);
    assert.deepEqual(addresses(nodes), [], hostile);
    assert.equal(seen(nodes), hostile);
  }
});

test("rich text keeps styles, lists, quotes and code", () => {
  const block = {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "a", style: { bold: true } },
          { type: "user", user_id: "U1" },
        ],
      },
      {
        type: "rich_text_list",
        style: "ordered",
        offset: 2,
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "x" }] }],
      },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "k: *v*" }] },
    ],
  };
  assert.deepEqual(richTextTree(block, clock), [
    {
      kind: "paragraph",
      children: [
        { kind: "bold", children: [text("a")] },
        { kind: "user", id: "U1", label: null },
      ],
    },
    { kind: "item", marker: "3.", indent: 0, children: [text("x")] },
    { kind: "pre", text: "k: *v*" },
  ]);
});

test("a rich text link with a forbidden scheme is only its text", () => {
  const link = { type: "link", url: "javascript:alert(1)", text: "press" };
  const nodes = richTextTree({ elements: [{ type: "rich_text_section", elements: [link] }] }, clock);
  assert.deepEqual(
    allNodes(nodes).map(({ kind }) => kind),
    ["paragraph", "text"],
  );
});
