// view.state.values has exactly Slack's shape, and what Slack's client refuses is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAnswers } from "../../../demo/slack/page/blocks/view-check.js";
import { collectState } from "../../../demo/slack/page/blocks/view-state.js";

const option = (value: string) => ({ text: { type: "plain_text", text: value.toUpperCase() }, value });
const input = (id: string, element: object, more: object = {}) => ({
  type: "input",
  block_id: id,
  label: { type: "plain_text", text: id },
  element: { action_id: "a", ...element },
  ...more,
});
const slackValueOf = (element: object, answer?: string | string[] | null) =>
  collectState([input("b", element)], answer === undefined ? {} : { b: { a: answer } }).b?.a;

const options = [option("x"), option("y")];
const shapes = [
  { type: "plain_text_input", answer: "hi", filled: { value: "hi" }, empty: { value: null } },
  { type: "number_input", answer: "3", filled: { value: "3" }, empty: { value: null } },
  { type: "static_select", answer: "y", filled: { selected_option: option("y") }, empty: { selected_option: null } },
  { type: "radio_buttons", answer: "x", filled: { selected_option: option("x") }, empty: { selected_option: null } },
  { type: "checkboxes", answer: ["y"], filled: { selected_options: [option("y")] }, empty: { selected_options: [] } },
  {
    type: "multi_static_select",
    answer: ["y", "x"],
    filled: { selected_options: options },
    empty: { selected_options: [] },
  },
  { type: "users_select", answer: "U1", filled: { selected_user: "U1" }, empty: { selected_user: null } },
  { type: "multi_users_select", answer: ["U1"], filled: { selected_users: ["U1"] }, empty: { selected_users: [] } },
  {
    type: "conversations_select",
    answer: "C1",
    filled: { selected_conversation: "C1" },
    empty: { selected_conversation: null },
  },
  { type: "datepicker", answer: "2026-11-21", filled: { selected_date: "2026-11-21" }, empty: { selected_date: null } },
  { type: "timepicker", answer: "09:30", filled: { selected_time: "09:30" }, empty: { selected_time: null } },
  {
    type: "datetimepicker",
    answer: "1700000000",
    filled: { selected_date_time: 1700000000 },
    empty: { selected_date_time: null },
  },
];

for (const { type, answer, filled, empty } of shapes) {
  test(`${type}: what was answered and what was not`, () => {
    assert.deepEqual(slackValueOf({ type, options }, answer), { type, ...filled });
    assert.deepEqual(slackValueOf({ type, options }), { type, ...empty });
  });
}

test("untouched inputs carry their initial values, and clearing one means null", () => {
  assert.deepEqual(slackValueOf({ type: "plain_text_input", initial_value: "was" }), {
    type: "plain_text_input",
    value: "was",
  });
  assert.deepEqual(slackValueOf({ type: "plain_text_input", initial_value: "was" }, null), {
    type: "plain_text_input",
    value: null,
  });
  const checks = { type: "checkboxes", options, initial_options: [option("x")] };
  assert.deepEqual(slackValueOf(checks), { type: "checkboxes", selected_options: [option("x")] });
});

test("options in groups are found", () => {
  const element = {
    type: "static_select",
    option_groups: [
      { label: {}, options: [option("x")] },
      { label: {}, options: [option("y")] },
    ],
  };
  assert.deepEqual(slackValueOf(element, "y"), { type: "static_select", selected_option: option("y") });
});

test("selects in sections and actions are in the state, buttons and overflow menus are not", () => {
  const select = { type: "static_select", action_id: "s", options };
  const state = collectState(
    [
      { type: "section", block_id: "one", accessory: select },
      { type: "section", block_id: "two", accessory: { type: "button", action_id: "b" } },
      { type: "actions", block_id: "three", elements: [select, { type: "overflow", action_id: "o" }] },
      { type: "divider", block_id: "four" },
    ],
    { three: { s: "x" } },
  );
  assert.deepEqual(state, {
    one: { s: { type: "static_select", selected_option: null } },
    three: { s: { type: "static_select", selected_option: option("x") } },
  });
});

test("an empty required input is refused in Slack's words, an optional one is not", () => {
  const text = { type: "plain_text_input" };
  const blocks = [input("must", text), input("may", text, { optional: true }), input("blank", text)];
  assert.deepEqual(checkAnswers(blocks, { blank: { a: "  " } }), {
    must: "Please complete this required field.",
    blank: "Please complete this required field.",
  });
});

test("lengths and numbers out of range are refused with the value", () => {
  const blocks = [
    input("t", { type: "plain_text_input", max_length: 3 }),
    input("n", { type: "number_input", min_value: "1" }),
  ];
  assert.deepEqual(checkAnswers(blocks, { t: { a: "abcd" }, n: { a: "0" } }), {
    t: "Please shorten this text to 3 characters or fewer: it has 4.",
    n: "0 is below 1.",
  });
  assert.deepEqual(checkAnswers(blocks, { t: { a: "abc" }, n: { a: "1.5" } }), { n: '"1.5" is not a whole number.' });
});
