// The "are you sure" dialog of an element; closing it any other way than by its confirm button means no.
import { el } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** True at once when nothing needs confirming. @param {Loose | undefined} confirm @param {BlockContext} context @returns {Promise<boolean>} */
export function confirmed(confirm, context) {
  if (confirm === undefined) return Promise.resolve(true);
  const names = context.app.names();
  const { promise, resolve } = Promise.withResolvers();
  const answer = (/** @type {boolean} */ yes) => () => {
    resolve(yes);
    dialog.close();
  };
  const style = confirm.style === "danger" ? "button-danger" : "button-primary";
  const dialog = /** @type {HTMLDialogElement} */ (
    el(
      "dialog",
      { class: "modal confirm", "data-testid": "confirm", "aria-label": confirm.title?.text ?? "Are you sure?" },
      el("div", { class: "modal-head" }, el("h2", {}, textObject(confirm.title, names))),
      el("div", { class: "modal-body" }, textObject(confirm.text, names)),
      el(
        "div",
        { class: "modal-foot" },
        el(
          "button",
          { class: "button", type: "button", "data-testid": "confirm-deny", on: { click: answer(false) } },
          confirm.deny?.text ?? "Cancel",
        ),
        el(
          "button",
          { class: `button ${style}`, type: "button", "data-testid": "confirm-yes", on: { click: answer(true) } },
          confirm.confirm?.text ?? "Yes",
        ),
      ),
    )
  );
  dialog.addEventListener("close", () => {
    resolve(false);
    dialog.remove();
  });
  document.body.appendChild(dialog);
  dialog.showModal();
  return promise;
}
