// Slack's rules for blocks, judged without any code of the app's. Limits: docs.slack.dev/reference/block-kit, @slack/types.

import { isObj, listOf } from "../read.ts";
import type { Obj } from "../records.ts";
import { checkElement, checkImage } from "./elements.ts";
import { checkBlockFields } from "./fields.ts";
import { checkList, checkString, checkText, complain, type Report } from "./report.ts";
import { checkRichText } from "./rich-text.ts";

export type Surface = "message" | "modal" | "home";

const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Undocumented; measured by users (bolt-js #2509). Longer blocks of a message are `msg_blocks_too_long`. */
export const MAX_MESSAGE_BLOCKS_CHARS = 13_200;

const everywhere = ["section", "divider", "image", "actions", "context", "input", "header", "rich_text", "video"];
const kinds: Readonly<Record<Surface, readonly string[]>> = {
  message: [...everywhere, "markdown", "table", "context_actions", "file"],
  modal: everywhere,
  home: everywhere,
};

/** What Slack would say about these blocks; empty when it would take them. `at` is the pointer of the list. */
export function checkBlocks(blocks: unknown, surface: Surface, at: string): readonly string[] {
  const report: Report = { errors: [] };
  const list = checkList(report, at, blocks, { min: 0, max: MAX_BLOCKS[surface] });
  const blockIds = new Set<unknown>();
  listOf(blocks).forEach((block, index) => {
    if (isObj(block)) checkBlock(report, `${at}/${index}`, block, surface);
  });
  for (const { block_id } of list) {
    if (block_id === undefined) continue;
    if (blockIds.has(block_id)) complain(report, at, `block_id already exists: ${String(block_id)}`);
    blockIds.add(block_id);
  }
  return report.errors;
}

function checkBlock(report: Report, at: string, block: Obj, surface: Surface): void {
  const type = block.type;
  if (typeof type !== "string" || !kinds[surface].includes(type)) {
    complain(report, `${at}/type`, `unsupported type: ${String(type)}`);
    return;
  }
  checkBlockFields(report, at, block);
  checkString(report, `${at}/block_id`, block.block_id, 255);
  checkByType[type]?.(report, at, block);
}

type BlockRule = (report: Report, at: string, block: Obj) => void;

const checkByType: Readonly<Record<string, BlockRule>> = {
  section: (report, at, block) => {
    if (block.text === undefined && block.fields === undefined)
      complain(report, at, "missing required field: text or fields");
    checkText(report, `${at}/text`, block.text, { max: 3000, kind: "any", required: false });
    checkList(report, `${at}/fields`, block.fields, { min: block.fields === undefined ? 0 : 1, max: 10 }).forEach(
      (field, index) => {
        checkText(report, `${at}/fields/${index}`, field, { max: 2000, kind: "any", required: true });
      },
    );
    if (isObj(block.accessory)) checkElement(report, `${at}/accessory`, block.accessory, "accessory");
  },
  header: (report, at, block) => {
    checkText(report, `${at}/text`, block.text, { max: 150, kind: "plain_text", required: true });
  },
  image: (report, at, block) => {
    checkImage(report, at, block);
    checkText(report, `${at}/title`, block.title, { max: 2000, kind: "plain_text", required: false });
  },
  context: (report, at, block) => {
    checkList(report, `${at}/elements`, block.elements, { min: 1, max: 10 }).forEach((element, index) => {
      const here = `${at}/elements/${index}`;
      if (element.type === "image") checkImage(report, here, element);
      else checkText(report, here, element, { max: 3000, kind: "any", required: true });
    });
  },
  actions: (report, at, block) => {
    const elements = checkList(report, `${at}/elements`, block.elements, { min: 1, max: 25 });
    elements.forEach((element, index) => {
      checkElement(report, `${at}/elements/${index}`, element, "actions");
    });
    checkUniqueActionIds(report, at, elements);
  },
  context_actions: (report, at, block) => {
    const elements = checkList(report, `${at}/elements`, block.elements, { min: 1, max: 5 });
    elements.forEach((element, index) => {
      checkElement(report, `${at}/elements/${index}`, element, "context_actions");
    });
    checkUniqueActionIds(report, at, elements);
  },
  input: (report, at, block) => {
    checkText(report, `${at}/label`, block.label, { max: 2000, kind: "plain_text", required: true });
    checkText(report, `${at}/hint`, block.hint, { max: 2000, kind: "plain_text", required: false });
    if (!isObj(block.element)) {
      complain(report, `${at}/element`, "missing required field: element");
      return;
    }
    checkElement(report, `${at}/element`, block.element, "input");
  },
  markdown: (report, at, block) => {
    if (typeof block.text !== "string") {
      complain(report, `${at}/text`, "missing required field: text");
      return;
    }
    checkString(report, `${at}/text`, block.text, 12_000);
  },
  table: (report, at, block) => {
    if (!Array.isArray(block.rows)) {
      complain(report, `${at}/rows`, "must provide an array");
      return;
    }
    if (block.rows.length < 1 || block.rows.length > 100)
      complain(report, `${at}/rows`, "no more than 100 items allowed");
    block.rows.forEach((row, index) => {
      if (!Array.isArray(row)) {
        complain(report, `${at}/rows/${index}`, "must provide an array");
        return;
      }
      if (row.length > 20) complain(report, `${at}/rows/${index}`, "no more than 20 items allowed");
    });
    checkList(report, `${at}/column_settings`, block.column_settings, { min: 0, max: 20 });
  },
  rich_text: checkRichText,
  video: (report, at, block) => {
    checkText(report, `${at}/title`, block.title, { max: 200, kind: "plain_text", required: true });
    for (const field of ["video_url", "thumbnail_url", "alt_text"]) {
      if (typeof block[field] !== "string") complain(report, `${at}/${field}`, `missing required field: ${field}`);
    }
  },
  file: (report, at, block) => {
    if (block.source !== "remote") complain(report, `${at}/source`, "must be one of: remote");
  },
};

function checkUniqueActionIds(report: Report, at: string, elements: readonly Obj[]): void {
  const seen = new Set<unknown>();
  for (const { action_id } of elements) {
    if (action_id === undefined) continue;
    if (seen.has(action_id)) complain(report, at, `\`action_id\` already exists: ${String(action_id)}`);
    seen.add(action_id);
  }
}
