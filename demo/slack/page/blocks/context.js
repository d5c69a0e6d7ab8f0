// What block drawing needs to know of the place the blocks stand in, and how an answer or a click leaves it.
import { initialAnswer } from "./view-state.js";

/** @typedef {import("./view-state.js").Answers} Answers */
/** @typedef {import("./view-state.js").Answer} Answer */
/** @typedef {import("./view-state.js").Loose} Loose */
/**
 * @typedef {{ readonly app: import("../app.js").App, readonly answers: Answers, readonly errors: Readonly<Record<string, string>>,
 *   readonly source: () => import("../../page-protocol.ts").ActionSource, readonly key: string }} BlockContext
 *   `key` names the place, so that what was unfolded there stays unfolded when it is drawn again.
 */

/** @param {Loose} block @param {Loose} element @param {BlockContext} context @returns {Answer} */
export function answerOf(block, element, context) {
  const given = context.answers[block.block_id]?.[element.action_id];
  return given === undefined ? initialAnswer(element) : given;
}

/** @param {Loose} block @param {Loose} element @param {{ context: BlockContext, answer: Answer }} given */
export function setAnswer(block, element, { context, answer }) {
  const entry = context.answers[block.block_id] ?? {};
  entry[element.action_id] = answer;
  context.answers[block.block_id] = entry;
}

/** Inputs only tell the app when they ask for it; elements elsewhere always do. @param {Loose} block @param {"change" | "enter" | "type"} when @param {Loose} element */
export function dispatches(block, element, when) {
  if (block.type !== "input") return when !== "type";
  if (block.dispatch_action !== true) return false;
  if (when === "change") return true;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  return triggers.includes(when === "enter" ? "on_enter_pressed" : "on_character_entered");
}

/**
 * Sends the click or choice to the app; `control` shows that it is on its way.
 * @param {Loose} block @param {Loose} element
 * @param {{ readonly context: BlockContext, readonly answer: Answer, readonly control: HTMLElement | null }} given
 */
export async function sendAction(block, element, { context, answer, control }) {
  const chosen = Array.isArray(answer)
    ? { values: answer.map(String) }
    : answer === null
      ? {}
      : { value: String(answer) };
  control?.setAttribute("aria-busy", "true");
  control?.classList.add("busy");
  try {
    await context.app.act({
      kind: "block-action",
      from: context.source(),
      blockId: block.block_id ?? "",
      actionId: element.action_id ?? "",
      ...chosen,
    });
  } finally {
    control?.removeAttribute("aria-busy");
    control?.classList.remove("busy");
  }
}

/** An answer was given: kept, and sent where the block says so. */
/** @param {Loose} block @param {Loose} element @param {{ context: BlockContext, answer: Answer, control: HTMLElement | null, when: "change" | "enter" | "type" }} given */
export function answered(block, element, given) {
  setAnswer(block, element, given);
  if (dispatches(block, element, given.when)) void sendAction(block, element, given);
}
