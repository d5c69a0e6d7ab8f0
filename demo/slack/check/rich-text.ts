// Slack's rules for the rich_text block: which elements exist and what each must have.
import type { Obj } from "../records.ts";
import { checkList, complain, type Report } from "./report.ts";

const needed: Readonly<Record<string, string>> = {
  text: "text",
  link: "url",
  user: "user_id",
  channel: "channel_id",
  usergroup: "usergroup_id",
  emoji: "name",
  date: "timestamp",
  broadcast: "range",
  color: "value",
  team: "team_id",
};

export function checkRichText(report: Report, at: string, block: Obj): void {
  checkList(report, `${at}/elements`, block.elements, { min: 1, max: 1000 }).forEach((part, index) => {
    const here = `${at}/elements/${index}`;
    if (part.type === "rich_text_list") {
      checkRichList(report, here, part);
      return;
    }
    const sections = ["rich_text_section", "rich_text_preformatted", "rich_text_quote"];
    if (typeof part.type !== "string" || !sections.includes(part.type)) {
      complain(report, `${here}/type`, `unsupported type: ${String(part.type)}`);
      return;
    }
    checkRuns(report, here, part);
  });
}

function checkRichList(report: Report, at: string, list: Obj): void {
  if (list.style !== "bullet" && list.style !== "ordered")
    complain(report, `${at}/style`, "must be one of: bullet, ordered");
  checkList(report, `${at}/elements`, list.elements, { min: 1, max: 1000 }).forEach((section, index) => {
    checkRuns(report, `${at}/elements/${index}`, section);
  });
}

function checkRuns(report: Report, at: string, section: Obj): void {
  checkList(report, `${at}/elements`, section.elements, { min: 0, max: 1000 }).forEach((run, index) => {
    const here = `${at}/elements/${index}`;
    const field = typeof run.type === "string" ? needed[run.type] : undefined;
    if (field === undefined) {
      complain(report, `${here}/type`, `unsupported type: ${String(run.type)}`);
      return;
    }
    if (run[field] === undefined) {
      complain(report, `${here}/${field}`, `missing required field: ${field}`);
      return;
    }
    if (field === "text" && run.text === "") complain(report, `${here}/text`, "must be more than 0 characters");
  });
}
