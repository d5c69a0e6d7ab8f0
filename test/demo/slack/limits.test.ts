// Every limit of Slack on blocks, views and messages is enforced, one past it refused and the limit itself taken.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkBlocks } from "../../../demo/slack/check/blocks.ts";
import { checkView } from "../../../demo/slack/check/views.ts";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { objOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { call } from "./plain-client.ts";

const letters = (count: number) => "x".repeat(count);
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const plain = (count: number) => ({ type: "plain_text", text: letters(count) });
const section = (count: number) => ({ type: "section", text: { type: "mrkdwn", text: letters(count) } });
const actions = (...elements: readonly Obj[]) => ({ type: "actions", elements });
const button = (more: Obj = {}) => ({ type: "button", text: plain(3), ...more });
const option = (index: number, more: Obj = {}) => ({ text: plain(3), value: `v${index}`, ...more });
const select = (more: Obj) => actions({ type: "static_select", placeholder: plain(3), options: [option(1)], ...more });

interface Case {
  readonly rule: string;
  readonly limit: number;
  readonly blocks: (count: number) => readonly Obj[];
}

const cases: readonly Case[] = [
  { rule: "blocks of a message", limit: 50, blocks: (n) => many(n, () => ({ type: "divider" })) },
  { rule: "section text", limit: 3000, blocks: (n) => [section(n)] },
  { rule: "section fields", limit: 10, blocks: (n) => [{ type: "section", fields: many(n, () => plain(3)) }] },
  { rule: "section field text", limit: 2000, blocks: (n) => [{ type: "section", fields: [plain(n)] }] },
  { rule: "header text", limit: 150, blocks: (n) => [{ type: "header", text: plain(n) }] },
  { rule: "context elements", limit: 10, blocks: (n) => [{ type: "context", elements: many(n, () => plain(3)) }] },
  { rule: "actions elements", limit: 25, blocks: (n) => [actions(...many(n, () => button()))] },
  { rule: "button text", limit: 75, blocks: (n) => [actions(button({ text: plain(n) }))] },
  { rule: "button value", limit: 2000, blocks: (n) => [actions(button({ value: letters(n) }))] },
  { rule: "button url", limit: 3000, blocks: (n) => [actions(button({ url: letters(n) }))] },
  { rule: "accessibility label", limit: 75, blocks: (n) => [actions(button({ accessibility_label: letters(n) }))] },
  { rule: "action_id", limit: 255, blocks: (n) => [actions(button({ action_id: letters(n) }))] },
  { rule: "block_id", limit: 255, blocks: (n) => [{ type: "divider", block_id: letters(n) }] },
  { rule: "select options", limit: 100, blocks: (n) => [select({ options: many(n, (i) => option(i)) })] },
  { rule: "option text", limit: 75, blocks: (n) => [select({ options: [option(1, { text: plain(n) })] })] },
  { rule: "option value", limit: 150, blocks: (n) => [select({ options: [option(1, { value: letters(n) })] })] },
  {
    rule: "option description",
    limit: 75,
    blocks: (n) => [select({ options: [option(1, { description: plain(n) })] })],
  },
  { rule: "placeholder", limit: 150, blocks: (n) => [select({ placeholder: plain(n) })] },
  {
    rule: "confirm title",
    limit: 100,
    blocks: (n) => [actions(button({ confirm: { title: plain(n), text: plain(1) } }))],
  },
  { rule: "confirm text", limit: 300, blocks: (n) => [actions(button({ confirm: { text: plain(n) } }))] },
  {
    rule: "overflow options",
    limit: 5,
    blocks: (n) => [actions({ type: "overflow", options: many(n, (i) => option(i)) })],
  },
  {
    rule: "radio buttons",
    limit: 10,
    blocks: (n) => [actions({ type: "radio_buttons", options: many(n, (i) => option(i)) })],
  },
  {
    rule: "image alt text",
    limit: 2000,
    blocks: (n) => [{ type: "image", image_url: "https://a", alt_text: letters(n) }],
  },
  { rule: "markdown text", limit: 12_000, blocks: (n) => [{ type: "markdown", text: letters(n) }] },
  {
    rule: "table rows",
    limit: 100,
    blocks: (n) => [{ type: "table", rows: many(n, () => [{ type: "raw_text", text: "a" }]) }],
  },
  {
    rule: "table columns",
    limit: 20,
    blocks: (n) => [{ type: "table", rows: [many(n, () => ({ type: "raw_text", text: "a" }))] }],
  },
];

for (const { rule, limit, blocks } of cases) {
  test(`${rule}: ${limit} are taken, ${limit + 1} are not`, () => {
    assert.deepEqual(checkBlocks(blocks(limit), "message", "/blocks"), []);
    assert.notDeepEqual(checkBlocks(blocks(limit + 1), "message", "/blocks"), []);
  });
}

const wrong: readonly (readonly [rule: string, blocks: readonly unknown[]])[] = [
  ["an empty text", [section(0)]],
  ["an unknown block type", [{ type: "marquee" }]],
  ["an unknown element", [actions({ type: "lever" })]],
  [
    "two blocks with one block_id",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
  ],
  ["two elements with one action_id in a block", [actions(button({ action_id: "a" }), button({ action_id: "a" }))]],
  ["a button without text", [actions({ type: "button" })]],
  ["mrkdwn where plain_text must be", [{ type: "header", text: { type: "mrkdwn", text: "x" } }]],
  ["a section with nothing to say", [{ type: "section" }]],
  ["options with one value twice", [select({ options: [option(1), option(1)] })]],
  [
    "a rich_text run without text",
    [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text" }] }] }],
  ],
  ["a block that is no object", ["hello"]],
  ["a field that the block does not know", [{ type: "divider", text: plain(3) }]],
  ["a field that the element does not know", [actions(button({ label: "x" }))]],
  ["emoji on mrkdwn", [{ type: "section", text: { type: "mrkdwn", text: "x", emoji: true } }]],
];

for (const [rule, blocks] of wrong) {
  test(`${rule} is refused`, () => {
    assert.notDeepEqual(checkBlocks(blocks, "message", "/blocks"), []);
  });
}

test("one action_id may stand in two blocks", () => {
  const twice = [actions(button({ action_id: "a" })), actions(button({ action_id: "a" }))];
  assert.deepEqual(checkBlocks(twice, "message", "/blocks"), []);
});

const modal = (more: Obj = {}) => ({ type: "modal", title: plain(5), blocks: [{ type: "divider" }], ...more });

test("a modal's title, buttons, metadata and blocks have their limits", () => {
  const fits = {
    title: plain(24),
    submit: plain(24),
    close: plain(24),
    private_metadata: letters(3000),
    callback_id: letters(255),
  };
  assert.deepEqual(checkView(modal({ ...fits, blocks: many(100, () => ({ type: "divider" })) }), "modal"), []);
  const over: readonly Obj[] = [
    { title: plain(25) },
    { submit: plain(25) },
    { close: plain(25) },
    { private_metadata: letters(3001) },
    { callback_id: letters(256) },
    { blocks: many(101, () => ({ type: "divider" })) },
    { title: undefined },
    { blocks: [{ type: "markdown", text: "not in modals" }] },
  ];
  for (const part of over) assert.notDeepEqual(checkView(modal(part), "modal"), [], JSON.stringify(part).slice(0, 60));
});

test("a modal with an input needs a submit button", () => {
  const blocks = [{ type: "input", label: plain(3), element: { type: "plain_text_input" } }];
  assert.deepEqual(checkView(modal({ blocks, submit: plain(2) }), "modal"), []);
  assert.match(checkView(modal({ blocks }), "modal").join(), /submit/);
});

let slack: LocalSlack;
before(async () => {
  slack = await startLocalSlack({ port: 0, limits: "off" });
});
after(() => slack.stop());

const post = (args: Obj) => call(slack, "chat.postMessage", { channel: "C0GENERAL", ...args });

test("invalid blocks are refused with where and why, and count as a breach", async () => {
  const refused = await post({ text: "x", blocks: [{ type: "header", text: plain(151) }] });
  assert.equal(refused.error, "invalid_blocks");
  assert.deepEqual(objOf(refused.response_metadata).messages, [
    "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
  ]);
  assert.equal(slack.violations().at(-1)?.code, "invalid_blocks");
  assert.equal((await post({ text: "x", blocks: "{nonsense" })).error, "invalid_blocks_format");
});

test("blocks of more than about 13,200 characters are msg_blocks_too_long", async () => {
  assert.equal((await post({ text: "x", blocks: many(4, () => section(2900)) })).ok, true);
  assert.equal((await post({ text: "x", blocks: many(5, () => section(2900)) })).error, "msg_blocks_too_long");
});

test("a message without any content is no_text; a text of more than 40,000 is cut; an update of more than 4,000 refused", async () => {
  assert.equal((await post({})).error, "no_text");
  const long = await post({ text: letters(40_001) });
  assert.deepEqual(objOf(long.response_metadata).warnings, ["message_truncated"]);
  assert.equal(slack.messages("#general").at(-1)?.text.length, 40_000);
  const update = { channel: "C0GENERAL", ts: long.ts, text: letters(4001) };
  assert.equal((await call(slack, "chat.update", update)).error, "msg_too_long");
});

test("metadata must have a type and a payload", async () => {
  assert.equal((await post({ text: "x", metadata: { event_type: "a" } })).error, "invalid_metadata_format");
});
