// Which fields Slack knows on blocks, elements and views: anything else is `invalid additional property`. Source: @slack/types 3.2.
import type { Obj } from "../records.ts";
import { complain, type Report } from "./report.ts";

const words = (text: string): readonly string[] => text.split(" ");

const picked = words("action_id confirm focus_on_load placeholder");
const typed = words("action_id dispatch_action_config focus_on_load placeholder initial_value");

const blocks: Readonly<Record<string, readonly string[]>> = {
  actions: ["elements"],
  context: ["elements"],
  context_actions: ["elements"],
  divider: [],
  file: words("source external_id"),
  header: ["text"],
  image: words("image_url slack_file alt_text title"),
  input: words("label hint optional element dispatch_action"),
  markdown: ["text"],
  rich_text: ["elements"],
  section: words("text fields accessory expand"),
  table: words("rows column_settings"),
  video: words(
    "video_url thumbnail_url alt_text title title_url author_name provider_name provider_icon_url description",
  ),
};

const elements: Readonly<Record<string, readonly string[]>> = {
  button: words("action_id confirm text value url style accessibility_label"),
  workflow_button: words("action_id confirm text workflow style accessibility_label"),
  image: words("image_url slack_file alt_text"),
  checkboxes: words("action_id confirm focus_on_load initial_options options"),
  radio_buttons: words("action_id confirm focus_on_load initial_option options"),
  overflow: words("action_id confirm options"),
  datepicker: [...picked, "initial_date"],
  timepicker: [...picked, "initial_time", "timezone"],
  datetimepicker: words("action_id confirm focus_on_load initial_date_time"),
  static_select: [...picked, ...words("initial_option options option_groups")],
  multi_static_select: [...picked, ...words("max_selected_items initial_options options option_groups")],
  external_select: [...picked, ...words("initial_option min_query_length")],
  multi_external_select: [...picked, ...words("max_selected_items initial_options min_query_length")],
  users_select: [...picked, "initial_user"],
  multi_users_select: [...picked, ...words("max_selected_items initial_users")],
  channels_select: [...picked, ...words("response_url_enabled initial_channel")],
  multi_channels_select: [...picked, ...words("max_selected_items initial_channels")],
  conversations_select: [
    ...picked,
    ...words("response_url_enabled initial_conversation default_to_current_conversation filter"),
  ],
  multi_conversations_select: [
    ...picked,
    ...words("max_selected_items initial_conversations default_to_current_conversation filter"),
  ],
  plain_text_input: [...typed, ...words("multiline min_length max_length")],
  number_input: [...typed, ...words("is_decimal_allowed min_value max_value")],
  email_text_input: typed,
  url_text_input: typed,
  rich_text_input: [...typed, ...words("min_lines max_lines")],
  file_input: words("action_id filetypes max_files"),
  icon_button: words("action_id confirm icon text accessibility_label value visible_to_user_ids"),
  feedback_buttons: words("action_id positive_button negative_button"),
};

const views: Readonly<Record<"modal" | "home", readonly string[]>> = {
  modal: words(
    "title close submit blocks private_metadata callback_id external_id clear_on_close notify_on_close submit_disabled",
  ),
  home: words("title blocks private_metadata callback_id external_id"),
};

function checkFields(report: Report, at: string, value: Obj, known: readonly string[]): void {
  for (const field of Object.keys(value)) {
    if (!known.includes(field) && value[field] !== undefined) {
      complain(report, at, `invalid additional property: ${field}`);
    }
  }
}

export function checkBlockFields(report: Report, at: string, block: Obj): void {
  const known = typeof block.type === "string" ? blocks[block.type] : undefined;
  if (known !== undefined) checkFields(report, at, block, ["type", "block_id", ...known]);
}

export function checkElementFields(report: Report, at: string, element: Obj): void {
  const known = typeof element.type === "string" ? elements[element.type] : undefined;
  if (known !== undefined) checkFields(report, at, element, ["type", ...known]);
}

export function checkViewFields(report: Report, view: Obj, type: "modal" | "home"): void {
  checkFields(report, "/view", view, ["type", ...views[type]]);
}
