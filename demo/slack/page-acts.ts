// Recognises the page's acts in what came from the browser, field by field.
import type { PageAct } from "./page-protocol.ts";
import { isObj } from "./read.ts";
import type { Obj } from "./records.ts";

const needs: Readonly<Record<PageAct["kind"], readonly string[]>> = {
  say: ["as", "channel", "text"],
  command: ["as", "channel", "text"],
  edit: ["as", "channel", "ts", "text"],
  "block-action": ["as", "blockId", "actionId"],
  "submit-view": ["as", "viewId"],
  "close-view": ["as", "viewId"],
  shortcut: ["as", "callbackId"],
  "open-home": ["as"],
  react: ["as", "channel", "ts", "name"],
};

const isKind = (kind: unknown): kind is PageAct["kind"] => typeof kind === "string" && Object.hasOwn(needs, kind);

function isSource(value: unknown): boolean {
  if (!isObj(value)) return false;
  if (value.kind === "home") return true;
  if (value.kind === "view") return typeof value.viewId === "string" && isObj(value.state);
  return value.kind === "message" && typeof value.channel === "string" && typeof value.ts === "string";
}

const texts = (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.every((each) => typeof each === "string"));

function extrasFit(act: Obj): boolean {
  if (act.kind === "say") return texts(act.fileIds) && (act.threadTs === undefined || typeof act.threadTs === "string");
  if (act.kind === "block-action") {
    return isSource(act.from) && texts(act.values) && (act.value === undefined || typeof act.value === "string");
  }
  if (act.kind === "submit-view") return isObj(act.state);
  if (act.kind === "shortcut")
    return act.message === undefined || isSource({ kind: "message", ...(isObj(act.message) && act.message) });
  return true;
}

export function isPageAct(value: unknown): value is PageAct {
  if (!isObj(value) || !isKind(value.kind)) return false;
  return needs[value.kind].every((field) => typeof value[field] === "string") && extrasFit(value);
}
