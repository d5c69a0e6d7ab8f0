// Slack's rules for modals and Home views. Limits: docs.slack.dev/reference/views, @slack/types views.d.ts.

import { isObj, objsOf } from "../read.ts";
import type { Obj } from "../records.ts";
import { checkBlocks } from "./blocks.ts";
import { checkViewFields } from "./fields.ts";
import { checkString, checkText, complain, type Report } from "./report.ts";

/** Larger views are `view_too_large`. */
export const MAX_VIEW_BYTES = 250_000;

/** What Slack would say about this view; empty when it would take it. */
export function checkView(view: unknown, type: "modal" | "home"): readonly string[] {
  const report: Report = { errors: [] };
  if (!isObj(view)) return ["must provide an object [json-pointer:/view]"];
  if (view.type !== type) complain(report, "/view/type", `must be one of: ${type}`);
  checkViewFields(report, view, type);
  checkString(report, "/view/callback_id", view.callback_id, 255);
  checkString(report, "/view/external_id", view.external_id, 255);
  checkString(report, "/view/private_metadata", view.private_metadata, 3000);
  if (type === "modal") checkModalParts(report, view);
  if (view.blocks === undefined) complain(report, "/view/blocks", "missing required field: blocks");
  return [...report.errors, ...checkBlocks(view.blocks, type, "/view/blocks")];
}

function checkModalParts(report: Report, view: Obj): void {
  checkText(report, "/view/title", view.title, { max: 24, kind: "plain_text", required: true });
  checkText(report, "/view/submit", view.submit, { max: 24, kind: "plain_text", required: false });
  checkText(report, "/view/close", view.close, { max: 24, kind: "plain_text", required: false });
  const asks = objsOf(view.blocks).some((block) => block.type === "input");
  if (asks && view.submit === undefined) complain(report, "/view", "missing required field: submit");
}
