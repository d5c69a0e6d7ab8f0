// A message made to fit: what does not fit becomes a file and the message says so; risk facts and buttons stay.
import type { KnownBlock } from "@slack/types";
import type { Attachment, Message, Part } from "../../../core/message.ts";
import { type Place, renderParts } from "./blocks.ts";
import { fallbackText } from "./fallback.ts";
import { limits } from "./limits.ts";
import { canMove, type MovedTo, moved, partText } from "./move.ts";
import { sizeOf } from "./size.ts";

export interface Fitted {
  /** Escaped, for the `text` argument. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  readonly attachments: readonly Attachment[];
  /** False when even the part that may not move did not fit: then approving is switched off. */
  readonly whole: boolean;
}

export interface Room {
  readonly place: Place;
  /** Where readers find the files. */
  readonly files: MovedTo;
  readonly blocks: number;
  readonly bytes: number;
}

export const messageRoom: Room = {
  place: "message",
  files: "thread",
  blocks: limits.blocksPerMessage,
  bytes: limits.blocksChars,
};

/** An answer that only the asker sees cannot hold files: they are sent to the asker directly. */
export const privateRoom: Room = { ...messageRoom, files: "direct" };

/** Pure: the same message always gives the same blocks and the same files. */
export function fit(message: Message, room: Room): Fitted {
  const shown = message.parts.map((part) => ({ part, step: 0 }));
  for (;;) {
    const laid = shown.map(({ part, step }, index) => moved(part, index, { step, files: room.files }));
    const blocks = renderParts(
      laid.flatMap(({ parts }) => parts),
      room.place,
    );
    if (fitsIn(blocks, room)) {
      const files = laid.flatMap(({ file }) => (file === null ? [] : [file]));
      return {
        text: fallbackText(message.summary),
        blocks,
        attachments: [...message.attachments, ...files],
        whole: true,
      };
    }
    const largest = largestMovable(shown, laid);
    if (largest === null) return lastResort(message, room);
    largest.step += 1;
  }
}

function fitsIn(blocks: readonly KnownBlock[], room: Room): boolean {
  return blocks.length <= room.blocks && sizeOf(blocks) <= room.bytes;
}

interface Shown {
  readonly part: Part;
  /** 0 whole, 1 its beginning, 2 only a line that names the file. */
  step: number;
}

function largestMovable(shown: readonly Shown[], laid: readonly { readonly parts: readonly Part[] }[]): Shown | null {
  let largest: Shown | null = null;
  let most = 0;
  for (const [index, entry] of shown.entries()) {
    if (entry.step >= 2 || !canMove(entry.part)) continue;
    const size = JSON.stringify(laid[index]?.parts ?? []).length;
    if (size > most) {
      most = size;
      largest = entry;
    }
  }
  return largest;
}

/** More risk facts and fields than Slack can show: the first stay, all are in a file, and nobody approves from here. */
function lastResort(message: Message, room: Room): Fitted {
  const file: Attachment = {
    name: "whole-message.txt",
    title: "The whole message",
    text: message.parts.map(partText).join("\n"),
  };
  const notice: Part = {
    kind: "text",
    icon: "stop",
    text: [
      `This is more than Slack can show. The whole is in the file ${file.name}. It cannot be approved from here: make the change smaller, or split it.`,
    ],
  };
  const must = message.parts
    .map((part) => withoutApproval(part))
    .filter((part) => part.kind !== "line" && !canMove(part));
  for (let count = must.length; count >= 0; count -= 1) {
    const buttons = must.slice(count).filter((part) => part.kind === "buttons");
    const blocks = renderParts([...must.slice(0, count), notice, ...buttons.slice(0, 3)], room.place);
    if (fitsIn(blocks, room)) {
      const attachments = [...message.attachments, file];
      return { text: fallbackText(message.summary), blocks, attachments, whole: false };
    }
  }
  const attachments = [...message.attachments, file];
  return { text: fallbackText(message.summary), blocks: renderParts([notice], room.place), attachments, whole: false };
}

function withoutApproval(part: Part): Part {
  if (part.kind !== "buttons") return part;
  const buttons = part.buttons.filter(({ action }) => action !== "open-approve");
  return buttons.length === 0 ? { kind: "line" } : { ...part, buttons };
}
