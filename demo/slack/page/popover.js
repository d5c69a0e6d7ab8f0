// One floating menu at a time, next to the control that opened it; Escape or a click elsewhere closes it.
import { append, el } from "./dom.js";

/** @type {(() => void) | null} */
let closeOpen = null;

export function closePopover() {
  closeOpen?.();
}

/**
 * @param {HTMLElement} anchor the control it belongs to; focus returns there
 * @param {{ readonly label: string, readonly className?: string }} about
 * @param {(close: () => void) => Node[]} content
 */
export function openPopover(anchor, about, content) {
  closeOpen?.();
  const host = anchor.closest("dialog") ?? document.body;
  const box = el("div", {
    class: `popover ${about.className ?? ""}`,
    role: "group",
    "aria-label": about.label,
    "data-testid": "popover",
  });
  const close = () => {
    if (closeOpen !== close) return;
    closeOpen = null;
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
  };
  const outside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !box.contains(event.target) && !anchor.contains(event.target)) close();
  };
  closeOpen = close;
  box.addEventListener("keydown", (event) => onKey(event, box, close));
  append(box, content(close));
  host.appendChild(box);
  place(box, anchor);
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  /** @type {HTMLElement | null} */ (box.querySelector("button, input, select, a"))?.focus();
}

/** @param {KeyboardEvent} event @param {HTMLElement} box @param {() => void} close */
function onKey(event, box, close) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    return close();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("button:not([disabled]), input, a")]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = items.at((at + (event.key === "ArrowDown" ? 1 : -1)) % items.length);
  event.preventDefault();
  next?.focus();
}

/** Below the anchor, or above when there is no room. @param {HTMLElement} box @param {HTMLElement} anchor */
function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8));
  const below = at.bottom + 4 + size.height <= window.innerHeight;
  const top = below ? at.bottom + 4 : Math.max(8, at.top - 4 - size.height);
  box.style.setProperty("left", `${left}px`);
  box.style.setProperty("top", `${top}px`);
}

/** @param {string} label @param {() => void} onClick @param {Record<string, string>} [data] */
export function menuItem(label, onClick, data = {}) {
  return el("button", { class: "menu-item", type: "button", ...data, on: { click: onClick } }, label);
}
