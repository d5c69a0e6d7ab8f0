// The app's Home tab.
import { drawBlocks } from "./blocks/blocks.js";
import { el } from "./dom.js";

/** @param {import("./app.js").App} app */
export function drawHome(app) {
  const view = app.store.state.home;
  const source = () => ({ kind: /** @type {const} */ ("home") });
  const context = {
    app,
    answers: app.store.session.homeAnswers,
    errors: {},
    source,
    key: `home/${app.store.state.me.id}`,
  };
  const content =
    view === null
      ? el("p", { class: "empty" }, "The app has not published its Home yet.")
      : drawBlocks(view.blocks, context);
  return el("div", { class: "home", "data-testid": "home", tabindex: "0" }, content);
}
