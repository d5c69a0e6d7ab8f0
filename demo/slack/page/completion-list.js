// The list above a compose box: what can be typed next, by arrow keys, Tab, Enter or a click.
import { complete } from "./completion.js";
import { el, fill } from "./dom.js";

let counter = 0;

/** Types `text` at the caret, as if by hand. @param {HTMLTextAreaElement} box @param {string} text */
export function fromCaret(box, text) {
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * @param {HTMLTextAreaElement} box @param {() => import("../page-protocol.ts").PageState} state @param {boolean} thread
 */
export function createCompletionList(box, state, thread) {
  counter += 1;
  const id = `completion-${counter}`;
  const list = el("div", {
    class: "completion",
    id,
    role: "listbox",
    "aria-label": "Completions",
    "data-testid": "completion",
    hidden: true,
  });
  box.setAttribute("aria-controls", id);
  /** @type {import("./completion.js").Completion} */
  let now = { from: 0, offers: [], hint: null };
  let chosen = 0;
  let moved = false;

  function close() {
    now = { from: 0, offers: [], hint: null };
    draw();
  }

  function update() {
    chosen = 0;
    moved = false;
    now =
      box.selectionStart === box.selectionEnd
        ? complete(box.value.slice(0, box.selectionStart), state(), { thread })
        : { from: 0, offers: [], hint: null };
    draw();
  }

  /** @param {import("./completion.js").Offer} offer */
  function take(offer) {
    box.setRangeText(offer.insert, now.from, box.selectionStart, "end");
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function draw() {
    const rows = now.offers.map((offer, index) =>
      el(
        "div",
        {
          class: "offer",
          role: "option",
          id: `${id}-${index}`,
          "aria-selected": String(index === chosen),
          "data-testid": "completion-option",
          "data-insert": offer.insert.trim(),
          on: {
            mousedown: (/** @type {Event} */ event) => {
              event.preventDefault();
              take(offer);
            },
          },
        },
        el("span", { class: "offer-label" }, offer.label),
        el("span", { class: "muted" }, offer.detail),
      ),
    );
    const hint =
      now.hint === null
        ? null
        : el(
            "div",
            { class: "offer-hint", "data-testid": "completion-hint" },
            el("code", {}, now.hint.usage),
            el("span", { class: "muted" }, now.hint.summary),
          );
    fill(list, ...rows, hint);
    list.hidden = rows.length === 0 && hint === null;
    box.setAttribute("aria-expanded", String(rows.length > 0));
    if (rows.length > 0) box.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else box.removeAttribute("aria-activedescendant");
    rows[chosen]?.scrollIntoView({ block: "nearest" });
  }

  /** True when the key was for the list. @param {KeyboardEvent} event */
  function onKey(event) {
    const offer = now.offers[chosen];
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
      return true;
    }
    if (offer === undefined || event.isComposing) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + now.offers.length) % now.offers.length;
      moved = true;
      event.preventDefault();
      draw();
      return true;
    }
    const enterTakes = event.key === "Enter" && !event.shiftKey && (offer.eager || moved);
    if (event.key !== "Tab" && !enterTakes) return false;
    event.preventDefault();
    take(offer);
    return true;
  }

  box.addEventListener("blur", () => close());
  return { element: list, update, close, onKey };
}
