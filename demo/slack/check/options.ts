// Slack's rules for the options of menus, and for confirmation dialogs. Limits: @slack/types composition-objects.

import { isObj } from "../read.ts";
import type { Obj } from "../records.ts";
import { checkList, checkString, checkText, complain, type ListRule, type Report, type TextKind } from "./report.ts";

export interface OptionsRule {
  readonly list: ListRule;
  readonly text: TextKind;
}

function checkOption(report: Report, at: string, option: Obj, text: TextKind): void {
  checkText(report, `${at}/text`, option.text, { max: 75, kind: text, required: true });
  if (typeof option.value !== "string" && option.url === undefined) {
    complain(report, `${at}/value`, "missing required field: value");
  }
  checkString(report, `${at}/value`, option.value, 150);
  checkString(report, `${at}/url`, option.url, 3000);
  checkText(report, `${at}/description`, option.description, { max: 75, kind: text, required: false });
}

export function checkOptions(report: Report, at: string, value: unknown, rule: OptionsRule): void {
  const options = checkList(report, at, value, rule.list);
  options.forEach((option, index) => {
    checkOption(report, `${at}/${index}`, option, rule.text);
  });
  const values = options.map((option) => option.value).filter((each) => each !== undefined);
  if (new Set(values).size !== values.length) complain(report, at, "options must have unique values");
}

/** Either `options` or `option_groups`, as a static select wants. */
export function checkOptionsOrGroups(report: Report, at: string, element: Obj): void {
  if (element.option_groups === undefined) {
    checkOptions(report, `${at}/options`, element.options, { list: { min: 1, max: 100 }, text: "plain_text" });
    return;
  }
  if (element.options !== undefined) complain(report, at, "must not have both options and option_groups");
  checkList(report, `${at}/option_groups`, element.option_groups, { min: 1, max: 100 }).forEach((group, index) => {
    const here = `${at}/option_groups/${index}`;
    checkText(report, `${here}/label`, group.label, { max: 75, kind: "plain_text", required: true });
    checkOptions(report, `${here}/options`, group.options, { list: { min: 1, max: 100 }, text: "plain_text" });
  });
}

export function checkConfirm(report: Report, at: string, value: unknown): void {
  if (value === undefined) return;
  if (!isObj(value)) {
    complain(report, at, "must provide an object");
    return;
  }
  checkText(report, `${at}/title`, value.title, { max: 100, kind: "plain_text", required: false });
  checkText(report, `${at}/text`, value.text, { max: 300, kind: "any", required: true });
  checkText(report, `${at}/confirm`, value.confirm, { max: 30, kind: "plain_text", required: false });
  checkText(report, `${at}/deny`, value.deny, { max: 30, kind: "plain_text", required: false });
}
