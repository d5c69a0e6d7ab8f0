// Short notices at the foot of the page, for what Slack would say in red.
import { el } from "./dom.js";

const SHOWN_MS = 9000;

/** @param {string} message */
export function toast(message) {
  const host = document.querySelector("dialog[open] .toasts") ?? document.querySelector("#toasts") ?? document.body;
  const close = () => note.remove();
  const note = el(
    "div",
    { class: "toast", role: "alert", "data-testid": "toast" },
    el("span", {}, message),
    el("button", { class: "icon-button", type: "button", "aria-label": "Dismiss", on: { click: close } }, "×"),
  );
  host.appendChild(note);
  window.setTimeout(close, SHOWN_MS);
}
