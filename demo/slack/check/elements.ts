// Slack's rules for interactive elements, and where each may stand. Limits: @slack/types block-elements, docs.slack.dev/reference/block-kit.
import type { Obj } from "../records.ts";
import { checkElementFields } from "./fields.ts";
import { checkConfirm, checkOptions, checkOptionsOrGroups } from "./options.ts";
import { checkList, checkString, checkText, complain, type Report } from "./report.ts";

export type Place = "accessory" | "actions" | "input" | "context_actions";

const single = ["static_select", "external_select", "users_select", "conversations_select", "channels_select"];
const multi = single.map((type) => `multi_${type}`);
const choices = ["checkboxes", "radio_buttons"];
const moments = ["datepicker", "timepicker", "datetimepicker"];
const written = ["plain_text_input", "email_text_input", "number_input", "url_text_input", "rich_text_input"];

const allowed: Readonly<Record<Place, readonly string[]>> = {
  accessory: [
    "button",
    "image",
    "overflow",
    "workflow_button",
    "datepicker",
    "timepicker",
    ...single,
    ...multi,
    ...choices,
  ],
  actions: ["button", "overflow", "workflow_button", "rich_text_input", ...single, ...choices, ...moments, ...multi],
  input: ["file_input", ...single, ...multi, ...choices, ...moments, ...written],
  context_actions: ["feedback_buttons", "icon_button"],
};

export function checkElement(report: Report, at: string, element: Obj, place: Place): void {
  const type = element.type;
  if (typeof type !== "string" || !allowed[place].includes(type)) {
    complain(report, `${at}/type`, `unsupported type: ${String(type)}`);
    return;
  }
  checkElementFields(report, at, element);
  checkString(report, `${at}/action_id`, element.action_id, 255);
  checkText(report, `${at}/placeholder`, element.placeholder, { max: 150, kind: "plain_text", required: false });
  checkConfirm(report, `${at}/confirm`, element.confirm);
  checkOwnFields(report, at, element, type);
}

function checkOwnFields(report: Report, at: string, element: Obj, type: string): void {
  if (type === "button") {
    checkButton(report, at, element);
    return;
  }
  if (type === "image") {
    checkImage(report, at, element);
    return;
  }
  if (type === "static_select" || type === "multi_static_select") {
    checkOptionsOrGroups(report, at, element);
    return;
  }
  if (type === "overflow") {
    checkOptions(report, `${at}/options`, element.options, { list: { min: 1, max: 5 }, text: "plain_text" });
    return;
  }
  if (choices.includes(type)) {
    checkOptions(report, `${at}/options`, element.options, { list: { min: 1, max: 10 }, text: "any" });
    return;
  }
  if (type === "number_input" && typeof element.is_decimal_allowed !== "boolean") {
    complain(report, `${at}/is_decimal_allowed`, "missing required field: is_decimal_allowed");
    return;
  }
  if (type === "plain_text_input") {
    checkTextInput(report, at, element);
    return;
  }
  if (type === "file_input") checkRange(report, `${at}/max_files`, element.max_files, { min: 1, max: 10 });
  if (type === "feedback_buttons") {
    checkFeedback(report, at, element);
    return;
  }
  if (type.endsWith("external_select"))
    checkRange(report, `${at}/min_query_length`, element.min_query_length, { min: 0, max: 100 });
}

function checkButton(report: Report, at: string, element: Obj): void {
  checkText(report, `${at}/text`, element.text, { max: 75, kind: "plain_text", required: true });
  checkString(report, `${at}/value`, element.value, 2000);
  checkString(report, `${at}/url`, element.url, 3000);
  checkString(report, `${at}/accessibility_label`, element.accessibility_label, 75);
  if (element.style !== undefined && element.style !== "primary" && element.style !== "danger") {
    complain(report, `${at}/style`, "must be one of: primary, danger");
  }
}

export function checkImage(report: Report, at: string, element: Obj): void {
  if (element.image_url === undefined && element.slack_file === undefined) {
    complain(report, at, "missing required field: image_url");
  }
  checkString(report, `${at}/image_url`, element.image_url, 3000);
  if (typeof element.alt_text !== "string") complain(report, `${at}/alt_text`, "missing required field: alt_text");
  checkString(report, `${at}/alt_text`, element.alt_text, 2000);
}

function checkTextInput(report: Report, at: string, element: Obj): void {
  checkRange(report, `${at}/min_length`, element.min_length, { min: 0, max: 3000 });
  checkRange(report, `${at}/max_length`, element.max_length, { min: 1, max: 3000 });
  checkString(report, `${at}/initial_value`, element.initial_value, 3000);
}

function checkFeedback(report: Report, at: string, element: Obj): void {
  for (const side of ["positive_button", "negative_button"]) {
    checkList(report, `${at}/${side}`, element[side] === undefined ? [] : [element[side]], { min: 1, max: 1 });
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function checkRange(report: Report, at: string, value: unknown, range: Range): void {
  if (value === undefined) return;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    complain(report, at, "must be an integer");
    return;
  }
  if (value < range.min) complain(report, at, `must be greater than or equal to ${range.min}`);
  if (value > range.max) complain(report, at, `must be less than or equal to ${range.max}`);
}
