// Collects what is wrong with blocks and views, in the words and pointers of Slack's `response_metadata.messages`.

import { isObj } from "../read.ts";
import type { Obj } from "../records.ts";

export interface Report {
  readonly errors: string[];
}

export function complain(report: Report, at: string, message: string): void {
  report.errors.push(`${message} [json-pointer:${at}]`);
}

/** A plain string field: type, least and greatest length in UTF-16 units, as Slack counts. */
export function checkString(report: Report, at: string, value: unknown, max: number): void {
  if (value === undefined) return;
  if (typeof value !== "string") {
    complain(report, at, "must be a string");
    return;
  }
  if (value.length > max) complain(report, at, `must be less than ${max + 1} characters`);
}

export type TextKind = "plain_text" | "any";

export interface TextRule {
  readonly max: number;
  readonly kind: TextKind;
  readonly required: boolean;
}

/** A text object: `plain_text` or `mrkdwn`, never empty. */
export function checkText(report: Report, at: string, value: unknown, rule: TextRule): void {
  if (value === undefined) {
    if (rule.required) complain(report, at, `missing required field: ${at.slice(at.lastIndexOf("/") + 1)}`);
    return;
  }
  if (!isObj(value)) {
    complain(report, at, "must provide an object");
    return;
  }
  const allowed = rule.kind === "plain_text" ? ["plain_text"] : ["plain_text", "mrkdwn"];
  if (typeof value.type !== "string" || !allowed.includes(value.type)) {
    complain(report, `${at}/type`, `must be one of: ${allowed.join(", ")}`);
  }
  // `emoji` belongs to plain text, `verbatim` to mrkdwn.
  const known = ["type", "text", value.type === "mrkdwn" ? "verbatim" : "emoji"];
  for (const field of Object.keys(value)) {
    if (!known.includes(field)) complain(report, at, `invalid additional property: ${field}`);
  }
  if (typeof value.text !== "string") {
    complain(report, `${at}/text`, "missing required field: text");
    return;
  }
  if (value.text.length === 0) complain(report, `${at}/text`, "must be more than 0 characters");
  if (value.text.length > rule.max) complain(report, `${at}/text`, `must be less than ${rule.max + 1} characters`);
}

export interface ListRule {
  readonly min: number;
  readonly max: number;
}

/** The objects of a list, after its length was checked; what is no object is complained about and left out. */
export function checkList(report: Report, at: string, value: unknown, rule: ListRule): readonly Obj[] {
  if (!Array.isArray(value)) {
    if (value !== undefined || rule.min > 0) complain(report, at, "must provide an array");
    return [];
  }
  if (value.length < rule.min) complain(report, at, `no fewer than ${rule.min} items allowed`);
  if (value.length > rule.max) complain(report, at, `no more than ${rule.max} items allowed`);
  return value.filter((item, index) => {
    if (isObj(item)) return true;
    complain(report, `${at}/${index}`, "must provide an object");
    return false;
  });
}
