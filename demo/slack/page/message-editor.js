// Editing one's own message in place.
import { fromWire } from "./compose-text.js";
import { el } from "./dom.js";

/** @param {import("../page-protocol.ts").PageMessage} message @param {import("./app.js").App} app @param {() => void} onDone */
export function drawEditor(message, app, onDone) {
  const box = /** @type {HTMLTextAreaElement} */ (
    el("textarea", {
      class: "text-input multiline",
      rows: 3,
      "aria-label": "Edit message",
      "data-testid": "message-editor",
      autofocus: true,
    })
  );
  const before = fromWire(message.text, app.store.state);
  box.value = before;
  const redraw = () => {
    onDone();
    app.store.apply({ kind: "message", message: app.store.message(message.channel, message.ts) ?? message });
  };
  const save = async () => {
    const text = box.value.trim();
    const result =
      text === before || text === ""
        ? { ok: true }
        : await app.act({ kind: "edit", channel: message.channel, ts: message.ts, text });
    if (result.ok) redraw();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") redraw();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void save();
  });
  queueMicrotask(() => box.focus());
  return el(
    "div",
    { class: "message-edit" },
    box,
    el(
      "div",
      { class: "row" },
      el("button", { class: "button", type: "button", on: { click: redraw } }, "Cancel"),
      el("button", { class: "button button-primary", type: "button", on: { click: () => void save() } }, "Save"),
    ),
  );
}
