// Modals: the topmost view of the stack in one dialog; submit, close, errors under their inputs.
import { drawBlocks } from "./blocks/blocks.js";
import { checkAnswers } from "./blocks/view-check.js";
import { collectState } from "./blocks/view-state.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./session.js").OpenModal} OpenModal */

/** How long a submitted view may stay as it is before it can be submitted again. */
const BUSY_MS = 5000;

/** @param {import("./app.js").App} app */
export function createModals(app) {
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog", { class: "modal", "data-testid": "modal" }));
  /** @type {{ viewId: string, view: unknown } | null} */
  let shown = null;
  /** @type {Record<string, string>} */
  let errors = {};
  let problem = "";
  let busyTimer = 0;
  const top = () => app.store.session.modals.at(-1);

  function draw() {
    const modal = top();
    if (modal === undefined) {
      shown = null;
      if (dialog.open) dialog.close();
      return fill(dialog);
    }
    const changed = shown?.viewId !== modal.viewId;
    if (!changed && shown?.view === modal.view) return;
    if (changed || shown?.view !== modal.view) errors = {};
    problem = "";
    shown = { viewId: modal.viewId, view: modal.view };
    redraw(modal, changed);
    if (!dialog.open) dialog.showModal();
    if (changed) focusFirst();
  }

  /** @param {OpenModal} modal @param {boolean} fromTop */
  function redraw(modal, fromTop) {
    setBusy(false);
    const scroll = dialog.querySelector(".modal-body")?.scrollTop ?? 0;
    const restore = rememberFocus(dialog);
    const { view } = modal;
    dialog.setAttribute("data-view-id", modal.viewId);
    dialog.setAttribute("data-callback-id", view.callback_id ?? "");
    dialog.setAttribute("aria-label", view.title.text);
    const deeper = app.store.session.modals.length > 1;
    const submitLabel = view.submit?.text ?? (view.blocks.some((block) => block.type === "input") ? "Submit" : null);
    fill(
      dialog,
      el(
        "div",
        { class: "modal-head" },
        deeper
          ? el(
              "button",
              {
                class: "icon-button",
                type: "button",
                "aria-label": "Back",
                "data-testid": "modal-back",
                on: { click: () => void close(modal) },
              },
              icon("back"),
            )
          : null,
        el("h2", { "data-testid": "modal-title" }, view.title.text),
        el(
          "button",
          {
            class: "icon-button",
            type: "button",
            "aria-label": "Close",
            "data-testid": "modal-x",
            on: { click: () => void closeAll() },
          },
          icon("close"),
        ),
      ),
      problem === ""
        ? null
        : el("div", { class: "modal-problem", role: "alert", "data-testid": "modal-problem" }, problem),
      el("div", { class: "modal-body", tabindex: "-1" }, drawBlocks(view.blocks, context(modal))),
      el(
        "div",
        { class: "modal-foot" },
        el(
          "button",
          { class: "button", type: "button", "data-testid": "modal-close", on: { click: () => void close(modal) } },
          view.close?.text ?? (submitLabel === null ? "Close" : "Cancel"),
        ),
        submitLabel === null
          ? null
          : el(
              "button",
              {
                class: "button button-primary",
                type: "button",
                "data-testid": "modal-submit",
                on: { click: () => void submit(modal) },
              },
              submitLabel,
            ),
      ),
      el("div", { class: "toasts" }),
    );
    const body = dialog.querySelector(".modal-body");
    if (body !== null) body.scrollTop = fromTop ? 0 : scroll;
    if (!fromTop) restore();
  }

  /** @param {OpenModal} modal @returns {import("./blocks/context.js").BlockContext} */
  function context(modal) {
    const source = () => ({
      kind: /** @type {const} */ ("view"),
      viewId: modal.viewId,
      state: collectState(modal.view.blocks, modal.answers),
    });
    return { app, answers: modal.answers, errors, source, key: modal.viewId };
  }

  /** @param {OpenModal} modal */
  async function submit(modal) {
    const submitted = modal.view;
    errors = checkAnswers(submitted.blocks, modal.answers);
    if (Object.keys(errors).length > 0) return showErrors(modal);
    setBusy(true);
    const result = await app.send({
      kind: "submit-view",
      viewId: modal.viewId,
      state: collectState(submitted.blocks, modal.answers),
    });
    if (top() !== modal || modal.view !== submitted) return;
    if (result.ok) {
      busyTimer = window.setTimeout(() => setBusy(false), BUSY_MS);
      return;
    }
    errors = { ...result.errors };
    problem = result.problem ?? (result.errors === undefined ? "We had some trouble connecting. Try again?" : "");
    showErrors(modal);
  }

  /** @param {OpenModal} modal */
  function showErrors(modal) {
    redraw(modal, false);
    const first = dialog.querySelector(".has-error");
    first?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (first?.querySelector("input, textarea, select, button") ?? null)?.focus();
  }

  /** @param {OpenModal} modal */
  async function close(modal) {
    app.store.closeModal(modal.viewId);
    await app.act({ kind: "close-view", viewId: modal.viewId });
  }

  async function closeAll() {
    for (const modal of app.store.session.modals.toReversed()) await close(modal);
  }

  /** @param {boolean} busy */
  function setBusy(busy) {
    window.clearTimeout(busyTimer);
    dialog.classList.toggle("is-busy", busy);
    dialog.querySelector('[data-testid="modal-submit"]')?.toggleAttribute("disabled", busy);
  }

  function focusFirst() {
    const first =
      dialog.querySelector(".modal-body :is(input, textarea, select):not([type=hidden])") ??
      dialog.querySelector('[data-testid="modal-submit"], [data-testid="modal-close"]');
    // What is asked stands above the first field: focusing must not scroll it away.
    /** @type {HTMLElement | null} */ (first)?.focus({ preventScroll: true });
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    const modal = top();
    if (modal !== undefined) void close(modal);
  });
  return { element: dialog, draw };
}

/** @param {HTMLElement} host @returns {() => void} puts focus and caret back on the control with the same block and action */
function rememberFocus(host) {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !host.contains(active)) return () => {};
  const block = active.closest("[data-block-id]")?.getAttribute("data-block-id");
  const action = active.closest("[data-action-id]")?.getAttribute("data-action-id");
  const caret = isText(active) ? [active.selectionStart, active.selectionEnd] : null;
  return () => {
    if (block === undefined || block === null || !action) return;
    const same = host.querySelector(`[data-block-id="${CSS.escape(block)}"] [data-action-id="${CSS.escape(action)}"]`);
    if (!(same instanceof HTMLElement)) return;
    same.focus({ preventScroll: true });
    if (isText(same) && caret !== null)
      same.setSelectionRange(/** @type {number} */ (caret[0]), /** @type {number} */ (caret[1]));
  };
}

/** @param {HTMLElement} control @returns {control is HTMLTextAreaElement | HTMLInputElement} */
function isText(control) {
  return control instanceof HTMLTextAreaElement || (control instanceof HTMLInputElement && control.type === "text");
}
