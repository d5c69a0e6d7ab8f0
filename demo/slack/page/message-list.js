// A list of messages that changes in place: one message is redrawn without losing scroll position or focus.
import { el, fill } from "./dom.js";
import { drawMessage, editing } from "./message.js";
import { dayLabel } from "./text/dates.js";
import { isCompact } from "./timeline.js";

/** @typedef {import("../page-protocol.ts").PageMessage} Message */

const NEAR_BOTTOM_PX = 60;
/** Drawn at first, and by each click on "earlier messages": the audit channel may hold thousands. */
const PAGE_SIZE = 200;

/**
 * @param {import("./app.js").App} app
 * @param {{ readonly label: string, readonly inThread: boolean, readonly header: () => Node | null, messages(): Message[] }} content
 */
export function createMessageList(app, content) {
  const list = el("div", {
    class: "messages",
    role: "log",
    "aria-live": "polite",
    "aria-label": content.label,
    tabindex: "0",
    "data-testid": content.inThread ? "thread-messages" : "messages",
  });
  const atBottom = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_BOTTOM_PX;
  const toBottom = () => {
    list.scrollTop = list.scrollHeight;
  };
  let sticks = true;
  let most = PAGE_SIZE;
  const shown = () => content.messages().slice(-most);
  list.addEventListener("scroll", () => {
    sticks = atBottom();
  });
  // Previews and pictures grow after they were drawn; whoever was at the bottom stays there.
  const grown = new ResizeObserver(() => sticks && toBottom());

  function draw() {
    const messages = shown();
    const isAll = messages.length === content.messages().length;
    fill(
      list,
      isAll ? content.header() : earlierButton(),
      ...messages.flatMap((message, index) => row(messages[index - 1], message)),
    );
    observe();
    toBottom();
    sticks = true;
  }

  function earlierButton() {
    const more = () => {
      const fromEnd = list.scrollHeight - list.scrollTop;
      most += PAGE_SIZE;
      draw();
      list.scrollTop = list.scrollHeight - fromEnd;
    };
    return el(
      "button",
      { class: "button earlier", type: "button", "data-testid": "earlier", on: { click: more } },
      "Show earlier messages",
    );
  }

  /** Everything anew, where it stood: for what came late or went. */
  function redraw() {
    const { scrollTop } = list;
    const stick = sticks;
    draw();
    if (!stick) list.scrollTop = scrollTop;
  }

  function observe() {
    grown.disconnect();
    grown.observe(list);
    for (const child of list.children) grown.observe(child);
  }

  /** @param {Message | undefined} previous @param {Message} message @returns {HTMLElement[]} */
  function row(previous, message) {
    const now = { nowMs: Date.now() };
    const day = dayLabel(message.ts, now);
    const newDay = previous === undefined || dayLabel(previous.ts, now) !== day;
    const compact = !newDay && isCompact(previous, message);
    const drawn = drawMessage(message, { compact, inThread: content.inThread }, app);
    return newDay
      ? [
          el("div", { class: "day-line" }),
          el("div", { class: "day", role: "separator", "data-day": day }, el("span", {}, day)),
          drawn,
        ]
      : [drawn];
  }

  /** @param {string} ts @returns {HTMLElement | null} */
  const find = (ts) => list.querySelector(`:scope > article[data-ts="${CSS.escape(ts)}"]`);

  /** A message came, changed or went. Other messages keep their elements. @param {string} ts */
  function refresh(ts) {
    const messages = shown();
    const index = messages.findIndex((message) => message.ts === ts);
    const old = find(ts);
    const message = messages[index];
    if (message === undefined) {
      if (old !== null) redraw();
      return;
    }
    if (old === null && index < messages.length - 1) return redraw();
    const rows = row(messages[index - 1], message);
    const fresh = /** @type {HTMLElement} */ (rows.at(-1));
    keepingPlace(() => {
      if (old === null) {
        most += 1;
        list.append(...rows);
      } else replaceKeepingFocus(old, fresh);
    });
    grown.observe(fresh);
    const answersMe = message.ephemeral || message.user === app.store.state.me.id;
    if (answersMe && old === null) toBottom();
  }

  /** @param {() => void} change */
  function keepingPlace(change) {
    const stick = sticks;
    const top = list.getBoundingClientRect().top;
    const anchor = [...list.querySelectorAll(":scope > article")].find(
      (child) => child.getBoundingClientRect().top >= top,
    );
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (stick) return toBottom();
    if (anchor?.isConnected) list.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  return { element: list, draw, refresh };
}

/** Focus stays on the control with the same action, if there still is one. @param {HTMLElement} old @param {HTMLElement} fresh */
function replaceKeepingFocus(old, fresh) {
  const active = document.activeElement;
  const held = active instanceof HTMLElement && old.contains(active) ? active : null;
  const action = held?.closest("[data-action-id]")?.getAttribute("data-action-id") ?? null;
  const label = held?.getAttribute("aria-label") ?? null;
  old.replaceWith(fresh);
  if (held === null || editing.key !== "") return;
  const same =
    action !== null && action !== ""
      ? fresh.querySelector(`[data-action-id="${CSS.escape(action)}"]`)
      : label !== null
        ? fresh.querySelector(`[aria-label="${CSS.escape(label)}"]`)
        : null;
  const target = /** @type {HTMLElement} */ (same ?? fresh);
  target.focus({ preventScroll: true });
}
