// The values of inputs as `state.values` has them: what the app set at first, then what the person chose.
import { elementsOf } from "../block-ids.ts";
import { isObj, listOf, objOf, objsOf, textOf } from "../read.ts";
import type { Obj } from "../records.ts";

/** What a person picked: one value or several; a select's are option values or ids. */
export interface Choice {
  readonly value?: string;
  readonly values?: readonly string[];
}

function optionsOf(element: Obj): readonly Obj[] {
  return [...objsOf(element.options), ...objsOf(element.option_groups).flatMap((group) => objsOf(group.options))];
}

function pick(element: Obj, value: string | undefined): Obj | null {
  const option = optionsOf(element).find((each) => each.value === value);
  if (option !== undefined) return option;
  const free = textOf(element.type).endsWith("external_select") && value !== undefined;
  return free ? { text: { type: "plain_text", text: value, emoji: true }, value } : null;
}

/** The field in which this type of element carries its value, and how a choice is written into it. */
export function chosen(element: Obj, choice: Choice): Obj {
  const type = textOf(element.type);
  const value = choice.value === "" ? undefined : choice.value;
  const values = choice.values ?? (value === undefined ? [] : [value]);
  if (type.endsWith("_input") && type !== "file_input" && type !== "rich_text_input") return { value: value ?? null };
  if (["static_select", "external_select", "radio_buttons", "overflow"].includes(type)) {
    return { selected_option: pick(element, value) };
  }
  if (["multi_static_select", "multi_external_select", "checkboxes"].includes(type)) {
    return { selected_options: values.map((each) => pick(element, each)).filter(isObj) };
  }
  const named = /^(multi_)?(user|conversation|channel)s_select$/.exec(type);
  if (named !== null) {
    return named[1] === undefined ? { [`selected_${named[2]}`]: value ?? null } : { [`selected_${named[2]}s`]: values };
  }
  if (type === "datepicker") return { selected_date: value ?? null };
  if (type === "timepicker") return { selected_time: value ?? null };
  if (type === "datetimepicker") return { selected_date_time: value === undefined ? null : Number(value) };
  if (type === "button" || type === "icon_button") return element.value === undefined ? {} : { value: element.value };
  return {};
}

function initial(element: Obj): Choice {
  const one = [
    "initial_value",
    "initial_date",
    "initial_time",
    "initial_user",
    "initial_channel",
    "initial_conversation",
  ];
  const single = one.map((field) => element[field]).find((each) => typeof each === "string");
  if (typeof single === "string") return { value: single };
  if (typeof element.initial_date_time === "number") return { value: String(element.initial_date_time) };
  if (isObj(element.initial_option)) return { value: textOf(element.initial_option.value) };
  if (Array.isArray(element.initial_options)) {
    return { values: objsOf(element.initial_options).map((each) => textOf(each.value)) };
  }
  const many = ["initial_users", "initial_channels", "initial_conversations"]
    .map((field) => element[field])
    .find(Array.isArray);
  return { values: listOf(many).filter((each) => typeof each === "string") };
}

const stateful = (element: Obj) => !["button", "overflow", "icon_button", "image"].includes(textOf(element.type));

/** `state.values` of these blocks: initial values overlaid with what is known of the person's own. */
export function stateValues(blocks: readonly Obj[], given: Obj): Obj {
  const values: Record<string, Record<string, unknown>> = {};
  for (const { block, element } of elementsOf(blocks)) {
    if (!stateful(element)) continue;
    const blockId = textOf(block.block_id);
    const actionId = textOf(element.action_id);
    const own = objOf(objOf(given[blockId])[actionId]);
    const inBlock = values[blockId] ?? {};
    inBlock[actionId] = { ...chosen(element, initial(element)), ...own, type: element.type };
    values[blockId] = inBlock;
  }
  return values;
}

/** Whether a value of `state.values` holds anything. */
export function isFilled(value: Obj): boolean {
  return Object.entries(value).some(
    ([field, held]) =>
      field !== "type" &&
      held !== null &&
      held !== undefined &&
      held !== "" &&
      (!Array.isArray(held) || held.length > 0),
  );
}
