// Modals and the App Home: votes, forms, answers and refusals; what does not fit is said, never cut.
import type { HomeView, InputBlock, KnownBlock, ModalView } from "@slack/types";
import type { Message } from "../../../core/message.ts";
import type { Form, FormField, VoteForm } from "../../../core/ports/surface.ts";
import type { Refusal } from "../../../core/refusal.ts";
import { pass, passMessage } from "../gate.ts";
import { shorten } from "./controls.ts";
import { fit, type Room } from "./fit.ts";
import { limits } from "./limits.ts";
import type { FormMemo, VoteMemo } from "./memo.ts";
import { writeMemo } from "./memo.ts";
import { refusalMessage } from "./refusal.ts";
import { visibleLine } from "./visible.ts";

export const callbacks = { vote: "cs-vote", form: "cs-form", newRequest: "cs-new", answer: "cs-answer" } as const;
export const blockIds = {
  reason: "reason",
  command: "command",
  where: "where",
  fileOf: (name: string) => `${name}-file`,
} as const;

/** Room for a body above the fields; Slack's limit for blocks of a view is far above what people read. */
const viewRoom: Room = { place: "modal", files: "request", blocks: limits.blocksPerView - 30, bytes: 60_000 };

const plain = (text: string, max: number) => ({
  type: "plain_text" as const,
  text: shorten(visibleLine(text), max) || " ",
  emoji: false,
});
const body = (message: Message): KnownBlock[] => [...fit(passMessage(message), viewRoom).blocks];

/** What is voted on, from the record, and the field for the reason; submitting it is the vote. */
export function voteView(form: VoteForm, memo: VoteMemo): ModalView {
  const approving = form.choice === "approve";
  const shown = fit(passMessage(form.body), viewRoom);
  const reason: InputBlock = {
    type: "input",
    block_id: blockIds.reason,
    optional: form.reason === "optional",
    label: plain("Reason", limits.inputLabel),
    ...(form.reasonHint === "" ? {} : { hint: plain(pass(form.reasonHint), limits.inputLabel) }),
    element: { type: "plain_text_input", action_id: "text", multiline: true, max_length: limits.inputChars },
  };
  // A body that could not be shown whole is not approved: without a submit button there is no vote (T13).
  const canVote = !approving || shown.whole;
  return {
    type: "modal",
    callback_id: callbacks.vote,
    private_metadata: writeMemo(memo),
    title: plain(`${approving ? "Approve" : "Deny"} ${form.request}`, limits.viewTitle),
    close: plain("Close", limits.viewButton),
    ...(canVote ? { submit: plain(approving ? "Approve" : "Deny", limits.viewButton) } : {}),
    blocks: [...shown.blocks, ...(canVote ? [reason] : [])],
  };
}

/** A verb's form. A manifest may be typed or added as a file, since Slack's text fields end at 3,000 characters. */
export function formView(form: Form, memo: FormMemo): ModalView {
  const intro =
    form.body !== undefined
      ? body(form.body)
      : form.intro === ""
        ? []
        : body({ summary: form.intro, parts: [{ kind: "text", text: [form.intro] }], attachments: [] });
  return {
    type: "modal",
    callback_id: callbacks.form,
    private_metadata: writeMemo(memo),
    title: plain(form.title, limits.viewTitle),
    submit: plain("Continue", limits.viewButton),
    close: plain("Cancel", limits.viewButton),
    blocks: [...intro, ...form.fields.flatMap(fieldBlocks)],
  };
}

function fieldBlocks(field: FormField): InputBlock[] {
  const common = {
    type: "input" as const,
    block_id: field.name,
    label: plain(field.label, limits.inputLabel),
    ...(field.hint === "" ? {} : { hint: plain(field.hint, limits.inputLabel) }),
  };
  switch (field.kind) {
    case "manifest":
      return [
        {
          ...common,
          optional: true,
          element: {
            type: "plain_text_input",
            action_id: "text",
            multiline: true,
            max_length: limits.inputChars,
            ...initial(field.initial),
          },
        },
        {
          type: "input",
          block_id: blockIds.fileOf(field.name),
          optional: true,
          label: plain(`${field.label}, as a file`, limits.inputLabel),
          hint: plain(
            `A text field of Slack holds ${limits.inputChars} characters: what is longer goes in as a file.`,
            limits.inputLabel,
          ),
          element: { type: "file_input", action_id: "files", max_files: 1 },
        },
      ];
    case "text":
      return [
        {
          ...common,
          optional: field.optional,
          element: {
            type: "plain_text_input",
            action_id: "text",
            max_length: limits.inputChars,
            ...initial(field.initial),
          },
        },
      ];
    case "choice":
      return [{ ...common, optional: field.optional, element: choiceElement(field) }];
    default:
      return field.kind satisfies never;
  }
}

function choiceElement(field: FormField): InputBlock["element"] {
  const options = field.choices
    .slice(0, limits.selectOptions)
    .map((choice) => ({ text: plain(choice, limits.optionText), value: choice }));
  const chosen = options.find(({ value }) => value === field.initial);
  return {
    type: "static_select",
    action_id: "text",
    options,
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  };
}

const initial = (text: string) => (text === "" ? {} : { initial_value: text.slice(0, limits.inputChars) });

/** The form behind the global shortcut: a command, and the channel whose people should see it. */
export function newRequestView(command: string): ModalView {
  return {
    type: "modal",
    callback_id: callbacks.newRequest,
    title: plain("New request", limits.viewTitle),
    submit: plain("Ask", limits.viewButton),
    close: plain("Cancel", limits.viewButton),
    blocks: [
      {
        type: "input",
        block_id: blockIds.command,
        label: plain("What should be done?", limits.inputLabel),
        hint: plain(`As after /${command}, for example: rollback checkout --to 41`, limits.inputLabel),
        element: { type: "plain_text_input", action_id: "text", max_length: limits.inputChars },
      },
      {
        type: "input",
        block_id: blockIds.where,
        label: plain("In which channel?", limits.inputLabel),
        element: {
          type: "conversations_select",
          action_id: "text",
          default_to_current_conversation: true,
          filter: { include: ["public", "private"], exclude_external_shared_channels: true, exclude_bot_users: true },
        },
      },
    ],
  };
}

export function answerView(title: string, message: Message): ModalView {
  return {
    type: "modal",
    callback_id: callbacks.answer,
    title: plain(title, limits.viewTitle),
    close: plain("Close", limits.viewButton),
    blocks: body(message),
  };
}

export function refusalView(refusal: Refusal): ModalView {
  return answerView("Not done", refusalMessage(refusal));
}

export function homeView(message: Message): HomeView {
  return {
    type: "home",
    blocks: [...fit(passMessage(message), { ...viewRoom, place: "home", blocks: limits.blocksPerView }).blocks],
  };
}
