// A submitted form as the command that it stands for.
import type { FormMemo } from "../render/memo.ts";
import { blockIds } from "../render/views.ts";
import type { FileRef, Values } from "./incoming.ts";

export type FormInput =
  | { readonly kind: "text"; readonly text: string; readonly document: string | null }
  | { readonly kind: "file"; readonly text: string; readonly file: FileRef }
  | { readonly kind: "errors"; readonly errors: Readonly<Record<string, string>> };

/** Pure. Fields other than the manifest become flags: `--reason "…"`. */
export function formInput(memo: FormMemo, values: Values): FormInput {
  let document: string | null = null;
  let file: FileRef | null = null;
  const words = [
    memo.text === memo.verb || memo.text.startsWith(`${memo.verb} `) ? memo.text : `${memo.verb} ${memo.text}`.trim(),
  ];
  for (const [name, kind] of memo.fields) {
    const typed = values.get(name)?.text ?? "";
    if (kind !== "manifest") {
      if (typed.trim() !== "") words.push(`--${name} ${quoted(typed.trim())}`);
      continue;
    }
    const added = values.get(blockIds.fileOf(name))?.files[0] ?? null;
    if (typed.trim() !== "" && added !== null) {
      return { kind: "errors", errors: { [name]: "There is text here and a file below. Leave one of them out." } };
    }
    if (typed.trim() === "" && added === null) {
      return { kind: "errors", errors: { [name]: "Paste a manifest here, or add it as a file below." } };
    }
    document = typed.trim() === "" ? null : typed;
    file = added;
  }
  if (memo.token !== undefined) words.push(`--token ${quoted(memo.token)}`);
  const text = words.join(" ");
  return file === null ? { kind: "text", text, document } : { kind: "file", text, file };
}

/** In quotes that the text does not hold; line breaks become spaces, since a command is one line. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ");
  if (!line.includes('"')) return `"${line}"`;
  return line.includes("'") ? `"${line.replaceAll('"', "'")}"` : `'${line}'`;
}
