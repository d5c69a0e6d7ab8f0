// An object as YAML for people to read and compare; never parsed again and never sent.
import { isJsonObject, type Json, type JsonObject, listAt } from "../core/json.ts";
import { visible, visibleLines } from "./visible.ts";

// A scalar that every YAML reads as this very string, so that it needs no quotes.
const plain = /^(?!.*: )[A-Za-z_/][A-Za-z0-9_./@:%+-]*(?: [A-Za-z0-9_./@:%+()-]+)*$/;
const words: ReadonlySet<string> = new Set(["null", "true", "false", "yes", "no", "on", "off", "y", "n"]);

/** YAML with sorted keys, unseen characters as escapes, and strings of several lines as blocks; ends in a line end. */
export function yamlText(value: Json): string {
  const lines = linesOf(value, "");
  return `${lines.join("\n")}\n`;
}

function linesOf(value: Json, indent: string): readonly string[] {
  if (Array.isArray(value)) return listLines(listAt(value), indent);
  if (isJsonObject(value)) return mapLines(value, indent);
  return [`${indent}${scalar(value)}`];
}

function mapLines(map: JsonObject, indent: string): readonly string[] {
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return [`${indent}{}`];
  return keys.flatMap((key) => entryLines(`${indent}${scalar(key)}:`, map[key] ?? null, indent));
}

function entryLines(start: string, value: Json, indent: string): readonly string[] {
  if (isEmpty(value)) return [`${start} ${Array.isArray(value) ? "[]" : "{}"}`];
  if (Array.isArray(value)) return [start, ...linesOf(value, indent)];
  if (isJsonObject(value)) return [start, ...linesOf(value, `${indent}  `)];
  if (typeof value === "string" && isBlock(value))
    return [`${start} ${blockMark(value)}`, ...blockLines(value, `${indent}  `)];
  return [`${start} ${scalar(value)}`];
}

function listLines(list: readonly Json[], indent: string): readonly string[] {
  if (list.length === 0) return [`${indent}[]`];
  return list.flatMap((item) => {
    if (typeof item === "string" && isBlock(item)) {
      return [`${indent}- ${blockMark(item)}`, ...blockLines(item, `${indent}  `)];
    }
    const [first = "", ...others] = linesOf(item, `${indent}  `);
    return [`${indent}- ${first.trimStart()}`, ...others];
  });
}

const isEmpty = (value: Json): boolean =>
  Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;

/** Several lines, none of which starts with a space: those would need an indentation indicator. */
const isBlock = (text: string): boolean => /\n./s.test(text) && !/(^|\n)\s/.test(text);

const blockMark = (text: string): string => (text.endsWith("\n") ? "|" : "|-");

const blockLines = (text: string, indent: string): readonly string[] =>
  visibleLines(text.endsWith("\n") ? text.slice(0, -1) : text)
    .split("\n")
    .map((line) => (line === "" ? "" : `${indent}${line}`));

function scalar(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (plain.test(value) && !words.has(value.toLowerCase()) && !value.endsWith(":")) return value;
  return visible(JSON.stringify(value));
}
