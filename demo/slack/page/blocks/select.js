// Selects with one choice: options from the block, people, or channels; the browser's own control, for keyboards and phones.
import { el } from "../dom.js";
import { confirmed } from "./confirm.js";
import { answered, answerOf } from "./context.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */
/** @typedef {{ readonly label: string, readonly options: readonly { readonly value: string, readonly text: string, readonly description: string }[] }} Group */

/** The choices in groups; one group without label when there are none. @param {Loose} element @param {import("../app.js").App} app @returns {Group[]} */
export function choicesOf(element, app) {
  const option = (/** @type {Loose} */ one) => ({
    value: String(one.value),
    text: String(one.text.text),
    description: String(one.description?.text ?? ""),
  });
  if (element.type.includes("users_select")) {
    return [
      {
        label: "",
        options: app.store.state.users.map((user) => ({
          value: user.id,
          text: user.realName || user.name,
          description: user.title,
        })),
      },
    ];
  }
  if (element.type.includes("conversations_select") || element.type.includes("channels_select")) {
    const channels = app.store.state.channels.filter((channel) => channel.kind !== "im");
    return [
      {
        label: "",
        options: channels.map((channel) => ({
          value: channel.id,
          text: `#${channel.name}`,
          description: channel.topic,
        })),
      },
    ];
  }
  if (element.option_groups !== undefined) {
    return element.option_groups.map((/** @type {Loose} */ group) => ({
      label: group.label.text,
      options: group.options.map(option),
    }));
  }
  return [{ label: "", options: (element.options ?? []).map(option) }];
}

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawSelect(element, block, context) {
  const chosen = answerOf(block, element, context);
  const placeholder = element.placeholder?.text ?? "Select an option";
  const groups = choicesOf(element, context.app);
  const options = (/** @type {Group} */ group) =>
    group.options.map(({ value, text, description }) =>
      el(
        "option",
        { value, title: description, selected: value === chosen },
        description === "" ? text : `${text} — ${description}`,
      ),
    );
  const change = async () => {
    if (!(await confirmed(element.confirm, context))) {
      control.value = String(answerOf(block, element, context) ?? "");
      return;
    }
    answered(block, element, { context, answer: control.value === "" ? null : control.value, control, when: "change" });
  };
  const control = /** @type {HTMLSelectElement} */ (
    el(
      "select",
      { class: "select", "aria-label": placeholder, on: { change } },
      el("option", { value: "", selected: chosen === null, disabled: block.type !== "input" }, placeholder),
      groups.flatMap((group) =>
        group.label === "" ? options(group) : [el("optgroup", { label: group.label }, options(group))],
      ),
    )
  );
  return control;
}
