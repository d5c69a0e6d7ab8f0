// Inputs one types into: text (one line or several), e-mail, address, number, date and time.
import { el } from "../dom.js";
import { answered, answerOf, dispatches, sendAction } from "./context.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @type {Readonly<Record<string, string>>} */
const HTML_TYPE = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "text",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawTextInput(element, block, context) {
  const multiline = element.multiline === true;
  const control = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (
    el(multiline ? "textarea" : "input", {
      class: multiline ? "text-input multiline" : "text-input",
      type: multiline ? null : HTML_TYPE[element.type],
      rows: multiline ? 6 : null,
      inputmode: element.type === "number_input" ? "decimal" : null,
      placeholder: element.placeholder?.text,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": element.placeholder?.text ?? "",
      autofocus: element.focus_on_load === true,
    })
  );
  const isPicker = element.type.endsWith("picker");
  control.value = shown(element, /** @type {string | null} */ (answerOf(block, element, context)));
  const given = (/** @type {"change" | "enter" | "type"} */ when) => ({
    context,
    answer: kept(element, control.value),
    control,
    when,
  });
  control.addEventListener("input", () => answered(block, element, given(isPicker ? "change" : "type")));
  control.addEventListener("keydown", (event) => {
    const key = /** @type {KeyboardEvent} */ (event);
    if (key.key !== "Enter" || key.isComposing || multiline || !dispatches(block, element, "enter")) return;
    key.preventDefault();
    void sendAction(block, element, given("enter"));
  });
  return control;
}

/** Slack keeps date and time together as seconds since 1970. @param {Loose} element @param {string | null} answer */
function shown(element, answer) {
  if (answer === null) return "";
  if (element.type !== "datetimepicker") return answer;
  const ms = Number(answer) * 1000;
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {Loose} element @param {string} value */
function kept(element, value) {
  if (value === "") return null;
  return element.type === "datetimepicker" ? String(Math.floor(new Date(value).getTime() / 1000)) : value;
}
