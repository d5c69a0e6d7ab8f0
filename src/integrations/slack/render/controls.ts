// Buttons and menus as blocks; the action id names the route and the place, so that ids are unique in a message.
import type { ActionsBlock, KnownBlock, Button as SlackButton } from "@slack/types";
import type { Button, Part } from "../../../core/message.ts";
import { limits } from "./limits.ts";
import { visibleLine } from "./visible.ts";

const prefix = "cs";

/** `cs:open-approve:3:0`: route, part, place within the part. */
export function actionId(action: string, part: number, place: number): string {
  return `${prefix}:${action}:${part}:${place}`;
}

/** The route of an action id that we made, or null. */
export function actionOf(id: string): string | null {
  const [head, action] = id.split(":");
  return head === prefix && action !== undefined && action !== "" ? action : null;
}

export function buttonBlocks(buttons: readonly Button[], part: number): ActionsBlock[] {
  return chunks(buttons, limits.actionsElements).map((some, chunk) => ({
    type: "actions",
    elements: some.map((button, place) =>
      slackButton(button, actionId(button.action, part, chunk * limits.actionsElements + place)),
    ),
  }));
}

function slackButton(button: Button, id: string): SlackButton {
  // A value that is too long would be another value if it were cut: better a fault than another meaning.
  if (button.value.length > limits.buttonValue) throw new Error(`button value of ${button.value.length} characters`);
  return {
    type: "button",
    action_id: id,
    text: { type: "plain_text", text: shorten(visibleLine(button.label), limits.buttonText) || " ", emoji: false },
    value: button.value,
    ...(button.style === undefined ? {} : { style: button.style }),
  };
}

type Menu = Extract<Part, { kind: "menu" }>;

/** A menu; where a command is too long for a menu's value, buttons. Choices beyond Slack's number get further menus. */
export function menuBlocks(menu: Menu, part: number): KnownBlock[] {
  // Slack refuses a menu with the same value twice; the same command twice is one choice.
  const choices = [
    ...new Map([...menu.choices].reverse().map((choice) => [choice.command, choice])).values(),
  ].reverse();
  if (choices.length === 0) return [];
  const fits = choices.every(({ command }) => command.length <= limits.optionValue && command !== "");
  if (!fits) {
    const buttons = choices.map(({ label, command }): Button => ({ action: "run-command", label, value: command }));
    return [labelBlock(menu.label), ...buttonBlocks(buttons, part)];
  }
  return chunks(choices, limits.selectOptions).map((some, chunk) => ({
    type: "actions",
    elements: [
      {
        type: "static_select",
        action_id: actionId("run-command", part, chunk),
        placeholder: {
          type: "plain_text",
          text: shorten(visibleLine(menu.label), limits.placeholder) || "Choose",
          emoji: false,
        },
        options: some.map(({ label, command }) => ({
          text: { type: "plain_text", text: shorten(visibleLine(label), limits.optionText) || " ", emoji: false },
          value: command,
        })),
      },
    ],
  }));
}

function labelBlock(label: string): KnownBlock {
  const text = visibleLine(label) || "Choose";
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

/** Labels end in an ellipsis where they do not fit: what is pressed is the value, which is whole. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const chars = [...text];
  let short = "";
  for (const char of chars) {
    if (short.length + char.length > max - 1) break;
    short += char;
  }
  return `${short}…`;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let start = 0; start < items.length; start += size) out.push(items.slice(start, start + size));
  return out;
}
