// What a modal carries to its submission in private_metadata: written and read back strictly, believed for routing only.

import { parseRequestId, type RequestId } from "../../../core/ids.ts";
import type { Json } from "../../../core/json.ts";
import { at, numberAt, textAt } from "../../../core/json.ts";
import { limits } from "./limits.ts";

export interface VoteMemo {
  readonly kind: "vote";
  readonly request: RequestId;
  readonly version: number;
  readonly choice: "approve" | "deny";
  readonly token: string;
  readonly channelId: string;
  readonly threadTs: string | null;
}

export interface FormMemo {
  readonly kind: "form";
  readonly verb: string;
  readonly text: string;
  readonly channelId: string;
  readonly threadTs: string | null;
  /** Fields in order: their names and kinds. */
  readonly fields: readonly (readonly [string, "manifest" | "text" | "choice"])[];
  readonly token?: string;
}

/** Throws when it is over Slack's limit: the forms are ours, and what was typed is checked before. */
export function writeMemo(memo: VoteMemo | FormMemo): string {
  const text = JSON.stringify(memo);
  if (text.length > limits.privateMetadata) throw new Error(`private_metadata of ${text.length} characters`);
  return text;
}

export function readVoteMemo(text: string): VoteMemo | null {
  const json = parse(text);
  const request = parseRequestId(textAt(json, "request"));
  const choice = textAt(json, "choice");
  const version = numberAt(json, -1, "version");
  if (textAt(json, "kind") !== "vote" || request === null || version < 0) return null;
  if (choice !== "approve" && choice !== "deny") return null;
  return { kind: "vote", request, version, choice, token: textAt(json, "token"), ...placeOf(json) };
}

export function readFormMemo(text: string): FormMemo | null {
  const json = parse(text);
  if (textAt(json, "kind") !== "form" || textAt(json, "verb") === "") return null;
  const fields: (readonly [string, "manifest" | "text" | "choice"])[] = [];
  for (let index = 0; at(json, "fields", index) !== undefined; index += 1) {
    const kind = textAt(json, "fields", index, 1);
    if (kind !== "manifest" && kind !== "text" && kind !== "choice") return null;
    fields.push([textAt(json, "fields", index, 0), kind]);
  }
  const token = textAt(json, "token");
  const more = token === "" ? {} : { token };
  return { kind: "form", verb: textAt(json, "verb"), text: textAt(json, "text"), fields, ...more, ...placeOf(json) };
}

function placeOf(json: Json): { readonly channelId: string; readonly threadTs: string | null } {
  const threadTs = textAt(json, "threadTs");
  return { channelId: textAt(json, "channelId"), threadTs: threadTs === "" ? null : threadTs };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
