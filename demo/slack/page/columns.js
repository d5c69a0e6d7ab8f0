// Side by side: the page again, once per person, in two or three columns.
import { avatar } from "./avatar.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";

/** Three, so that with one stream of events each a browser's six connections are not used up. */
export const MOST_COLUMNS = 3;

/** @param {{ user(id: string): import("../page-protocol.ts").PageUser | undefined, close(id: string): void }} on */
export function createColumns(on) {
  const host = el("div", { class: "columns", "data-testid": "columns", hidden: true });
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();

  /** Columns that stay are not loaded again. @param {readonly string[]} ids */
  function draw(ids) {
    host.hidden = ids.length === 0;
    for (const [id, column] of shown) {
      if (ids.includes(id)) continue;
      column.remove();
      shown.delete(id);
    }
    for (const id of ids) {
      if (shown.has(id)) continue;
      const column = makeColumn(id);
      shown.set(id, column);
      host.appendChild(column);
    }
    if (ids.length === 0) fill(host);
  }

  /** @param {string} id */
  function makeColumn(id) {
    const user = on.user(id);
    const name = user?.realName ?? id;
    const address = `${location.pathname}?as=${encodeURIComponent(id)}&embed=1`;
    return el(
      "section",
      { class: "column", "data-testid": `column-${id}`, "aria-label": name },
      el(
        "header",
        { class: "column-head" },
        avatar(user, "small"),
        el("b", {}, name),
        el("span", { class: "column-title" }, user?.title ?? ""),
        el(
          "button",
          { class: "icon-button", type: "button", "aria-label": `Close ${name}`, on: { click: () => on.close(id) } },
          icon("close"),
        ),
      ),
      el("iframe", { src: address, title: name, "data-testid": `frame-${id}` }),
    );
  }

  return { element: host, draw };
}
