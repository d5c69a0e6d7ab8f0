// The compose box: Enter sends, Shift+Enter breaks the line; completion, files, and slash commands as Slack takes them.

import { channelLabel } from "./app.js";
import { createAttachments } from "./attachments.js";
import { createCompletionList, fromCaret } from "./completion-list.js";
import { intentOf } from "./compose-text.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { menuItem, openPopover } from "./popover.js";

/** @param {import("./app.js").App} app @param {{ readonly channel: string, readonly threadTs?: string }} place */
export function createCompose(app, place) {
  const thread = place.threadTs !== undefined;
  const draftKey = `${place.channel}/${place.threadTs ?? ""}`;
  const { session } = app.store;
  const channel = app.channel(place.channel);
  const where = channel === undefined ? "" : channel.kind === "im" ? channelLabel(app, channel) : `#${channel.name}`;
  const box = /** @type {HTMLTextAreaElement} */ (
    el("textarea", {
      class: "compose-text",
      rows: 1,
      placeholder: thread ? "Reply…" : `Message ${where}`,
      "aria-label": thread ? "Reply in thread" : `Message ${where}`,
      "data-testid": thread ? "thread-compose" : "compose",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      autocomplete: "off",
    })
  );
  const notice = el("div", {
    class: "compose-notice",
    role: "alert",
    "data-testid": thread ? "thread-compose-notice" : "compose-notice",
  });
  const attachments = createAttachments(app, box, () => update());
  const completion = createCompletionList(box, () => app.store.state, thread);
  const send = el(
    "button",
    {
      class: "send",
      type: "button",
      "aria-label": "Send",
      "data-testid": thread ? "thread-send" : "send",
      on: { click: () => void submit() },
    },
    icon("send"),
  );

  function update() {
    session.drafts.set(draftKey, box.value);
    send.toggleAttribute("disabled", box.value.trim() === "" && attachments.ready().length === 0);
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${Math.min(box.scrollHeight, 240)}px`);
  }

  async function submit() {
    if (attachments.busy()) return say("Wait a moment: a file is still being uploaded.");
    const typed = box.value;
    const files = attachments.ready();
    const intent = intentOf(
      typed,
      { thread, files: files.length },
      app.store.state.commands.map(({ command }) => command),
    );
    if (intent.kind === "nothing") return;
    if (intent.kind === "refused") return say(intent.message);
    clear();
    const text = typed.trim();
    const result = await app.act(
      intent.kind === "command"
        ? { kind: "command", channel: place.channel, text }
        : {
            kind: "say",
            channel: place.channel,
            text,
            fileIds: files.map(({ id }) => id),
            ...(place.threadTs === undefined ? {} : { threadTs: place.threadTs }),
          },
    );
    if (!result.ok && box.value === "") restore(typed, files);
  }

  function clear() {
    box.value = "";
    attachments.set([]);
    say("");
    completion.close();
    update();
  }

  /** What could not be sent comes back into the box. @param {string} typed @param {readonly import("../page-protocol.ts").PageFile[]} files */
  function restore(typed, files) {
    box.value = typed;
    attachments.set(files);
    update();
  }

  /** @param {string} message */
  function say(message) {
    fill(notice, message);
  }

  box.addEventListener("input", () => {
    say("");
    update();
    completion.update();
  });
  box.addEventListener("keydown", (event) => {
    if (completion.onKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  box.value = session.drafts.get(draftKey) ?? "";
  queueMicrotask(update);

  const insert = (/** @type {string} */ sign) => () => {
    fromCaret(box, sign);
    box.focus();
  };
  const plus = el(
    "button",
    {
      class: "icon-button",
      type: "button",
      "aria-label": "Attach or start a shortcut",
      "aria-haspopup": "true",
      on: { click: () => openPlus() },
    },
    icon("plus"),
  );
  const openPlus = () =>
    openPopover(plus, { label: "Attach or start a shortcut" }, (close) => [
      menuItem("Attach a file", () => {
        close();
        attachments.choose();
      }),
      ...app.store.state.shortcuts
        .filter(({ type }) => type === "global")
        .map(({ name, callbackId }) =>
          menuItem(
            name,
            () => {
              close();
              void app.act({ kind: "shortcut", callbackId });
            },
            { "data-callback-id": callbackId },
          ),
        ),
    ]);
  return el(
    "div",
    { class: "compose-area" },
    completion.element,
    notice,
    el(
      "div",
      { class: "compose-box" },
      box,
      attachments.element,
      el(
        "div",
        { class: "compose-tools" },
        plus,
        thread
          ? null
          : el(
              "button",
              { class: "icon-button", type: "button", "aria-label": "Slash command", on: { click: insert("/") } },
              icon("slash"),
            ),
        el(
          "button",
          { class: "icon-button", type: "button", "aria-label": "Mention someone", on: { click: insert("@") } },
          icon("at"),
        ),
        el("span", { class: "grow" }),
        send,
      ),
    ),
  );
}
