// A part that moves into a file: what stays in the message, what the file holds, and the line that says so.
import { digestOfText, shortDigest } from "../../../core/digest.ts";
import type { Attachment, Part } from "../../../core/message.ts";
import { tableText } from "./table.ts";
import { plainText } from "./text.ts";

/** Where the reader finds the file. */
export type MovedTo = "thread" | "direct" | "request";

export interface Move {
  /** 0: the part stays whole. 1: its beginning stays. 2: only the line that names the file stays. */
  readonly step: number;
  readonly files: MovedTo;
}

/** Text with an icon is a statement (a risk, a result): it never moves. Nor do headings, fields, buttons and menus. */
export function canMove(part: Part): boolean {
  switch (part.kind) {
    case "code":
    case "table":
    case "quote":
    case "small":
      return true;
    case "text":
      return part.icon === undefined;
    default:
      return false;
  }
}

export function moved(
  part: Part,
  index: number,
  move: Move,
): { readonly parts: readonly Part[]; readonly file: Attachment | null } {
  if (move.step === 0 || !canMove(part)) return { parts: [part], file: null };
  const text = partText(part);
  const digest = shortDigest(digestOfText(text));
  const name = `part-${index + 1}-${digest}.txt`;
  const lines = text.split("\n");
  const kept = move.step === 1 ? beginning(part, lines) : { part: null, lines: 0 };
  const count = `${lines.length} ${lines.length === 1 ? "line" : "lines"}`;
  const says =
    kept.lines > 0 && lines.length > 1
      ? `The first ${kept.lines} of ${count} are shown. The whole is in the file ${name} ${where[move.files]}, sha256 ${digest}….`
      : `${count} are in the file ${name} ${where[move.files]}, sha256 ${digest}….`;
  const notice: Part = { kind: "text", icon: "info", text: [says] };
  return {
    parts: kept.part === null ? [notice] : [kept.part, notice],
    file: { name, title: `${count}, sha256 ${digest}…`, text },
  };
}

const where: Readonly<Record<MovedTo, string>> = {
  thread: "in this thread",
  direct: "that is sent to you directly",
  request: "in the request's thread",
};

const keptLines = 15;
const keptChars = 1_200;

function beginning(part: Part, lines: readonly string[]): { readonly part: Part | null; readonly lines: number } {
  if (part.kind === "table") {
    const rows: (readonly string[])[] = [];
    let chars = part.columns.join("").length;
    for (const row of part.rows.slice(0, keptLines)) {
      chars += row.join("").length;
      if (chars > keptChars) break;
      rows.push(row);
    }
    return rows.length === 0 ? { part: null, lines: 0 } : { part: { ...part, rows }, lines: rows.length + 1 };
  }
  if (part.kind !== "code") return { part: null, lines: 0 };
  const some: string[] = [];
  let chars = 0;
  for (const line of lines.slice(0, keptLines)) {
    chars += line.length + 1;
    if (chars > keptChars) break;
    some.push(line);
  }
  return some.length === 0
    ? { part: null, lines: 0 }
    : { part: { kind: "code", text: some.join("\n") }, lines: some.length };
}

/** A part as lines of plain text: what stands in the file. */
export function partText(part: Part): string {
  switch (part.kind) {
    case "heading":
    case "code":
      return part.text;
    case "quote":
      return `${part.by}:\n${part.text}`;
    case "text":
    case "small":
      return plainText(part.text);
    case "fields":
      return part.fields.map(({ label, value }) => `${label}: ${plainText(value)}`).join("\n");
    case "table":
      return tableText(part);
    case "progress":
      return `${part.done}/${part.total} ${part.label}`;
    case "buttons":
      return "";
    case "menu":
      return part.choices.map(({ label, command }) => `${label}: ${command}`).join("\n");
    case "line":
      return "----";
    default:
      return part satisfies never;
  }
}
