// What the app wants a message to say, judged by Slack's rules: chat.*, response URLs and acknowledgements come through here.
import { checkBlocks, MAX_MESSAGE_BLOCKS_CHARS } from "./check/blocks.ts";
import { isObj, listOf, objsOf, parseJson, textOf } from "./read.ts";
import type { Obj } from "./records.ts";

/** Longer texts are cut by chat.postMessage. Source: docs.slack.dev/reference/methods/chat.postMessage. */
const MAX_TEXT = 40_000;
const MAX_MARKDOWN_TEXT = 12_000;

export interface GoodContent {
  readonly kind: "content";
  readonly text: string;
  readonly blocks: readonly Obj[];
  readonly attachments: readonly Obj[];
  readonly metadata: Obj | undefined;
  readonly warnings: readonly string[];
}

export interface BadContent {
  readonly kind: "bad";
  readonly error: string;
  readonly messages: readonly string[];
}

const bad = (error: string, messages: readonly string[] = []): BadContent => ({ kind: "bad", error, messages });

/** A JSON argument that may have come as text in a form. */
export function jsonArg(value: unknown): unknown {
  return typeof value === "string" ? parseJson(value) : value;
}

export function readContent(args: Obj): GoodContent | BadContent {
  const text = textOf(args.text);
  const hasBlocks = args.blocks !== undefined && args.blocks !== "";
  const blocks = hasBlocks ? jsonArg(args.blocks) : [];
  const attachments = args.attachments === undefined ? [] : jsonArg(args.attachments);
  const metadata = args.metadata === undefined ? undefined : jsonArg(args.metadata);
  if (hasBlocks && !Array.isArray(blocks)) return bad("invalid_blocks_format");
  if (!Array.isArray(attachments)) return bad("invalid_attachments");
  if (args.metadata !== undefined && !isMetadata(metadata)) return bad("invalid_metadata_format");
  const markdown = textOf(args.markdown_text);
  if (markdown !== "" && (text !== "" || hasBlocks)) return bad("markdown_text_conflict");
  if (markdown.length > MAX_MARKDOWN_TEXT) return bad("msg_too_long");
  if (text === "" && listOf(blocks).length === 0 && attachments.length === 0 && markdown === "") return bad("no_text");
  const wrong = checkBlocks(blocks, "message", "/blocks");
  if (wrong.length > 0) return bad("invalid_blocks", wrong);
  const length = hasBlocks ? JSON.stringify(blocks).length : 0;
  if (length > MAX_MESSAGE_BLOCKS_CHARS) return bad("msg_blocks_too_long", [`blocks of ${length} characters`]);
  const fromMarkdown = markdown === "" ? [] : [{ type: "markdown", text: markdown }];
  return {
    kind: "content",
    text: (text === "" ? markdown : text).slice(0, MAX_TEXT),
    blocks: [...objsOf(blocks), ...fromMarkdown],
    attachments: objsOf(attachments),
    metadata: isObj(metadata) ? metadata : undefined,
    warnings: text.length > MAX_TEXT ? ["message_truncated"] : [],
  };
}

function isMetadata(value: unknown): boolean {
  return isObj(value) && typeof value.event_type === "string" && isObj(value.event_payload);
}
