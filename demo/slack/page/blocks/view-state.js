// Collects view.state.values exactly in Slack's shape from a view's blocks and what the person answered so far.

/**
 * An answer as the page keeps it: text, one option's value, several values, files, or nothing.
 * @typedef {string | readonly string[] | readonly Readonly<Record<string, unknown>>[] | null} Answer
 * @typedef {Record<string, Record<string, Answer>>} Answers by block_id, then action_id
 * @typedef {Readonly<Record<string, any>>} Loose a block or element as it came over the wire
 */

/** Which field of the state holds the answer, by element type; types not listed have no state (buttons, overflow). */
/** @type {Readonly<Record<string, string>>} */
const FIELD = {
  plain_text_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  number_input: "value",
  static_select: "selected_option",
  multi_static_select: "selected_options",
  users_select: "selected_user",
  multi_users_select: "selected_users",
  conversations_select: "selected_conversation",
  multi_conversations_select: "selected_conversations",
  channels_select: "selected_channel",
  multi_channels_select: "selected_channels",
  checkboxes: "selected_options",
  radio_buttons: "selected_option",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  file_input: "files",
};

/** @param {Loose} element */
export function hasState(element) {
  return Object.hasOwn(FIELD, element.type);
}

/** Every element that can hold an answer, with its block. @param {readonly Loose[]} blocks @returns {{ block: Loose, element: Loose }[]} */
export function statefulElements(blocks) {
  return blocks.flatMap((block) => {
    const elements =
      block.type === "actions" ? block.elements : [block.type === "input" ? block.element : block.accessory];
    return (elements ?? [])
      .filter((/** @type {Loose | undefined} */ element) => element !== undefined && hasState(element))
      .map((/** @type {Loose} */ element) => ({ block, element }));
  });
}

/** All options of a select, whether grouped or not. @param {Loose} element @returns {readonly Loose[]} */
export function optionsOf(element) {
  return element.options ?? (element.option_groups ?? []).flatMap((/** @type {Loose} */ group) => group.options);
}

/** What stands in an element before anybody touched it. @param {Loose} element @returns {Answer} */
export function initialAnswer(element) {
  const several =
    element.initial_options ?? element.initial_users ?? element.initial_conversations ?? element.initial_channels;
  if (several !== undefined)
    return several.map((/** @type {any} */ one) => (typeof one === "string" ? one : one.value));
  if (element.initial_option !== undefined) return element.initial_option.value;
  const one =
    element.initial_value ??
    element.initial_user ??
    element.initial_conversation ??
    element.initial_channel ??
    element.initial_date ??
    element.initial_time ??
    element.initial_date_time;
  if (one !== undefined) return String(one);
  return isPlural(element) ? [] : null;
}

/** @param {Loose} element */
export function isPlural(element) {
  return element.type.startsWith("multi_") || element.type === "checkboxes" || element.type === "file_input";
}

/** One element's entry in the state. @param {Loose} element @param {Answer} answer */
export function slackValue(element, answer) {
  const field = FIELD[element.type];
  if (field === undefined) throw new Error(`${element.type} has no place in view.state.values`);
  return { type: element.type, [field]: fieldValue(element, field, answer) };
}

/** @param {Loose} element @param {string} field @param {Answer} answer */
function fieldValue(element, field, answer) {
  if (field === "selected_option") return optionsOf(element).find((option) => option.value === answer) ?? null;
  if (field === "selected_options") {
    const chosen = /** @type {readonly string[]} */ (answer ?? []);
    return optionsOf(element).filter((option) => chosen.includes(option.value));
  }
  if (field === "selected_date_time") return answer === null || answer === "" ? null : Number(answer);
  if (Array.isArray(answer)) return [...answer];
  return answer === "" ? null : answer;
}

/**
 * block_id → action_id → value, for every element that has state, touched or not, as Slack sends it.
 * @param {readonly Loose[]} blocks @param {Answers} answers
 * @returns {Record<string, Record<string, Record<string, unknown>>>}
 */
export function collectState(blocks, answers) {
  /** @type {Record<string, Record<string, Record<string, unknown>>>} */
  const values = {};
  for (const { block, element } of statefulElements(blocks)) {
    const given = answers[block.block_id]?.[element.action_id];
    const entry = values[block.block_id] ?? {};
    entry[element.action_id] = slackValue(element, given === undefined ? initialAnswer(element) : given);
    values[block.block_id] = entry;
  }
  return values;
}
