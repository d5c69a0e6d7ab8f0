// What Slack's own client refuses before a modal is submitted: empty required inputs, lengths, numbers out of range.
import { initialAnswer } from "./view-state.js";

/** @typedef {import("./view-state.js").Answers} Answers */
/** @typedef {import("./view-state.js").Answer} Answer */
/** @typedef {import("./view-state.js").Loose} Loose */

/**
 * Sentences by block_id; empty when the view may go to the app.
 * @param {readonly Loose[]} blocks @param {Answers} answers
 * @returns {Record<string, string>}
 */
export function checkAnswers(blocks, answers) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const given = answers[block.block_id]?.[block.element.action_id];
    const problem = problemOf(block, given === undefined ? initialAnswer(block.element) : given);
    if (problem !== null) errors[block.block_id] = problem;
  }
  return errors;
}

/** @param {Loose} block @param {Answer} answer */
function problemOf(block, answer) {
  const element = block.element;
  const empty = answer === null || answer.length === 0 || (typeof answer === "string" && answer.trim() === "");
  if (empty) return block.optional === true ? null : "Please complete this required field.";
  if (typeof answer !== "string") return null;
  if (element.min_length !== undefined && answer.length < element.min_length) {
    return `Please lengthen this text to ${element.min_length} characters or more: it has ${answer.length}.`;
  }
  if (element.max_length !== undefined && answer.length > element.max_length) {
    return `Please shorten this text to ${element.max_length} characters or fewer: it has ${answer.length}.`;
  }
  return element.type === "number_input" ? numberProblem(element, answer) : null;
}

/** @param {Loose} element @param {string} answer */
function numberProblem(element, answer) {
  const number = Number(answer);
  if (!Number.isFinite(number)) return `"${answer}" is not a number.`;
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return `"${answer}" is not a whole number.`;
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `${answer} is below ${element.min_value}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `${answer} is above ${element.max_value}.`;
  return null;
}
