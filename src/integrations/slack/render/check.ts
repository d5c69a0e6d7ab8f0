// Our own check of messages and views before every send: Slack's limits, so that Slack never has to refuse.
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { Json } from "../../../core/json.ts";
import { at, listAt, mapAt, textAt } from "../../../core/json.ts";
import { limits } from "./limits.ts";
import { sizeOf } from "./size.ts";

export type Checked = "message" | "view";

/** What is over a limit, in words; empty when nothing is. */
export function checkBlocks(blocks: readonly KnownBlock[], where: Checked): readonly string[] {
  const wrong: string[] = [];
  const most = where === "message" ? limits.blocksPerMessage : limits.blocksPerView;
  if (blocks.length > most) wrong.push(`${blocks.length} blocks, at most ${most}`);
  const size = sizeOf(blocks);
  if (where === "message" && size > limits.blocksChars)
    wrong.push(`${size} bytes of blocks, at most ${limits.blocksChars}`);
  const json = JSON.parse(JSON.stringify(blocks)) as readonly Json[];
  const actionIds = new Set<string>();
  for (const [index, block] of json.entries()) {
    for (const says of [...checkBlock(block), ...checkActionIds(block, actionIds)])
      wrong.push(`block ${index}: ${says}`);
  }
  return wrong;
}

export function checkView(view: ModalView | HomeView): readonly string[] {
  const wrong = [...checkBlocks(view.blocks as readonly KnownBlock[], "view")];
  const json = JSON.parse(JSON.stringify(view)) as Json;
  if (view.type === "modal") {
    wrong.push(
      ...text(json, "title", limits.viewTitle),
      ...text(json, "submit", limits.viewButton),
      ...text(json, "close", limits.viewButton),
    );
    const asks = view.blocks.some((block) => block.type === "input");
    if (asks && view.submit === undefined) wrong.push("input blocks without a submit button");
  }
  if (textAt(json, "private_metadata").length > limits.privateMetadata) wrong.push("private_metadata too long");
  const bytes = Buffer.byteLength(JSON.stringify(view));
  if (bytes > limits.viewBytes) wrong.push(`${bytes} bytes, at most ${limits.viewBytes}`);
  return wrong;
}

function checkBlock(block: Json): readonly string[] {
  switch (textAt(block, "type")) {
    case "header":
      return text(block, "text", limits.headerChars);
    case "context":
      return [
        ...count(block, "elements", limits.contextElements),
        ...listAt(block, "elements").flatMap((element) => length(element, "text", limits.textChars)),
      ];
    case "actions":
      return [...count(block, "elements", limits.actionsElements), ...listAt(block, "elements").flatMap(checkElement)];
    case "input":
      return [
        ...text(block, "label", limits.inputLabel),
        ...text(block, "hint", limits.inputLabel),
        ...length(block, "block_id", limits.identifier),
        ...checkElement(at(block, "element") ?? null),
      ];
    case "table":
      return [
        ...count(block, "rows", limits.tableRows),
        ...listAt(block, "rows").flatMap((row) =>
          Array.isArray(row) && row.length > limits.tableColumns ? ["too many columns"] : [],
        ),
      ];
    case "rich_text":
      return [...count(block, "elements", limits.richTextElements), ...checkLeaves(block)];
    case "divider":
      return [];
    default:
      return [`type ${textAt(block, "type")} is not one that the bot makes`];
  }
}

function checkElement(element: Json): readonly string[] {
  switch (textAt(element, "type")) {
    case "button":
      return [
        ...text(element, "text", limits.buttonText),
        ...length(element, "value", limits.buttonValue),
        ...length(element, "action_id", limits.identifier),
      ];
    case "static_select":
      return [
        ...text(element, "placeholder", limits.placeholder),
        ...count(element, "options", limits.selectOptions),
        ...listAt(element, "options").flatMap((option) => [
          ...text(option, "text", limits.optionText),
          ...length(option, "value", limits.optionValue),
        ]),
      ];
    case "plain_text_input":
      return length(element, "initial_value", limits.inputChars);
    default:
      return [];
  }
}

/** Slack refuses rich text whose text is empty. */
function checkLeaves(block: Json): readonly string[] {
  return listAt(block, "elements").flatMap((part) => [
    ...count(part, "elements", limits.richTextElements),
    ...listAt(part, "elements").flatMap((leaf) =>
      textAt(leaf, "type") === "text" && textAt(leaf, "text") === "" ? ["empty text"] : [],
    ),
  ]);
}

function checkActionIds(block: Json, seen: Set<string>): readonly string[] {
  return listAt(block, "elements").flatMap((element) => {
    const id = textAt(element, "action_id");
    if (id === "" || textAt(block, "type") !== "actions") return [];
    if (seen.has(id)) return [`action id ${id} twice`];
    seen.add(id);
    return [];
  });
}

function text(holder: Json, field: string, max: number): readonly string[] {
  if (Object.keys(mapAt(holder, field)).length === 0) return [];
  const found = textAt(holder, field, "text");
  if (found === "") return [`${field} is empty`];
  return found.length > max ? [`${field} of ${found.length} characters, at most ${max}`] : [];
}

function length(holder: Json, field: string, max: number): readonly string[] {
  const found = textAt(holder, field);
  return found.length > max ? [`${field} of ${found.length} characters, at most ${max}`] : [];
}

function count(holder: Json, field: string, max: number): readonly string[] {
  const found = listAt(holder, field).length;
  if (found === 0) return [`${field} is empty`];
  return found > max ? [`${found} ${field}, at most ${max}`] : [];
}
