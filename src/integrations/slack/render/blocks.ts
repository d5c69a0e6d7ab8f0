// Parts of a message as Slack blocks; text parts that follow each other share one rich text block.
import type { KnownBlock, RichTextBlock, RichTextBlockElement, RichTextElement } from "@slack/types";
import type { Part } from "../../../core/message.ts";
import { buttonBlocks, menuBlocks } from "./controls.ts";
import { icons } from "./icons.ts";
import { limits } from "./limits.ts";
import { progressBar } from "./progress.ts";
import { fitsTableBlock, tableBlock, tableText } from "./table.ts";
import { contextElements, richText } from "./text.ts";
import { visibleLine } from "./visible.ts";

export type Place = "message" | "modal" | "home";

/** A part is either text that flows into the rich text around it, or blocks of its own. */
type Piece =
  | { readonly kind: "flow"; readonly elements: readonly RichTextBlockElement[] }
  | { readonly kind: "blocks"; readonly blocks: readonly KnownBlock[] };

/** Pure. What is too large is for `fit` to see to; only the numbers inside one part are kept here. */
export function renderParts(parts: readonly Part[], place: Place): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let flow: RichTextBlockElement[] = [];
  let tables = place === "message" ? 1 : 0;
  const flush = (): void => {
    if (flow.length > 0) blocks.push({ type: "rich_text", elements: flow } satisfies RichTextBlock);
    flow = [];
  };
  for (const [index, part] of parts.entries()) {
    // Slack takes one table block a message (only_one_table_allowed).
    const asBlock = part.kind === "table" && tables > 0 && fitsTableBlock(part);
    if (asBlock) tables -= 1;
    const piece = asBlock ? ownBlocks([tableBlock(part)]) : pieceOf(part, index);
    if (piece.kind === "flow") {
      if (JSON.stringify(flow).length > limits.textChars) flush();
      flow = joinFlow(flow, piece.elements);
    } else {
      flush();
      blocks.push(...piece.blocks);
    }
  }
  flush();
  return blocks;
}

function pieceOf(part: Part, index: number): Piece {
  switch (part.kind) {
    case "heading":
      return heading(part.icon === undefined ? part.text : `${icons[part.icon]} ${part.text}`);
    case "text":
      return section([...(part.icon === undefined ? [] : plain(`${icons[part.icon]} `)), ...richText(part.text)]);
    case "fields":
      // A block of its own: Slack leaves room around it, and who asks and why stands apart from what it does.
      return ownBlocks(
        fieldsBlock(
          part.fields.flatMap((field, at) => [
            ...plain(at === 0 ? "" : "\n"),
            ...richText([{ kind: "bold", text: `${field.label}: ` }]),
            ...richText(field.value),
          ]),
        ),
      );
    case "code":
      return preformatted(part.text);
    case "table":
      return preformatted(tableText(part));
    case "quote":
      return {
        kind: "flow",
        elements: [
          { type: "rich_text_section", elements: plain(`${part.by}:`) },
          { type: "rich_text_quote", elements: plain(part.text === "" ? "–" : part.text) },
        ],
      };
    case "progress":
      return section(plain(`${progressBar(part.done, part.total)}${part.label === "" ? "" : ` ${part.label}`}`));
    case "buttons":
      return ownBlocks(buttonBlocks(part.buttons, index));
    case "menu":
      return ownBlocks(menuBlocks(part, index));
    case "small": {
      const elements = contextElements(part.text);
      if (elements === null) return section(richText(part.text));
      return ownBlocks(elements.length === 0 ? [] : [{ type: "context", elements }]);
    }
    case "line":
      return ownBlocks([{ type: "divider" }]);
    default:
      return part satisfies never;
  }
}

const plain = (text: string): RichTextElement[] => (text === "" ? [] : [{ type: "text", text }]);
const ownBlocks = (blocks: readonly KnownBlock[]): Piece => ({ kind: "blocks", blocks });

function section(elements: RichTextElement[]): Piece {
  return { kind: "flow", elements: elements.length === 0 ? [] : [{ type: "rich_text_section", elements }] };
}

function fieldsBlock(elements: RichTextElement[]): KnownBlock[] {
  return elements.length === 0 ? [] : [{ type: "rich_text", elements: [{ type: "rich_text_section", elements }] }];
}

function preformatted(text: string): Piece {
  return {
    kind: "flow",
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: text || " " }] }],
  };
}

function heading(text: string): Piece {
  const line = visibleLine(text);
  if (line.length > limits.headerChars) return section([{ type: "text", text: line, style: { bold: true } }]);
  return ownBlocks([{ type: "header", text: { type: "plain_text", text: line || " ", emoji: true } }]);
}

/** Two sections in a row become one of two lines: Slack sets no line break between sections. */
function joinFlow(
  flow: readonly RichTextBlockElement[],
  more: readonly RichTextBlockElement[],
): RichTextBlockElement[] {
  const joined = [...flow];
  for (const element of more) {
    const last = joined.at(-1);
    if (last?.type === "rich_text_section" && element.type === "rich_text_section") {
      joined[joined.length - 1] = {
        type: "rich_text_section",
        elements: [...last.elements, { type: "text", text: "\n" }, ...element.elements],
      };
    } else joined.push(element);
  }
  return joined;
}
