// The thread pane at the right: the root, its replies, and a compose box of its own.
import { channelLabel } from "./app.js";
import { createCompose } from "./compose.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { createMessageList } from "./message-list.js";

/** @param {import("./app.js").App} app */
export function createThread(app) {
  const pane = el("aside", { class: "thread", "aria-label": "Thread", "data-testid": "thread", hidden: true });
  /** @type {ReturnType<typeof createMessageList> | null} */
  let list = null;
  let channel = "";

  function draw() {
    const { place, thread } = app.store.session;
    pane.hidden = thread === null || place?.kind !== "channel";
    list = null;
    if (thread === null || place?.kind !== "channel") return fill(pane);
    channel = place.id;
    const root = () => app.store.message(channel, thread);
    const messages = () => [root(), ...app.store.replies(channel, thread)].filter((message) => message !== undefined);
    list = createMessageList(app, { label: "Thread", inThread: true, header: () => null, messages });
    const known = app.channel(channel);
    const close = () => app.store.openThread(null);
    fill(
      pane,
      el(
        "header",
        { class: "pane-head" },
        el(
          "div",
          { class: "pane-title" },
          el("h2", {}, "Thread"),
          el(
            "span",
            { class: "muted" },
            known === undefined ? "" : `${known.kind === "im" ? "" : "# "}${channelLabel(app, known)}`,
          ),
        ),
        el(
          "button",
          {
            class: "icon-button",
            type: "button",
            "aria-label": "Close thread",
            "data-testid": "thread-close",
            on: { click: close },
          },
          icon("close"),
        ),
      ),
      list.element,
      createCompose(app, { channel, threadTs: thread }),
    );
    list.draw();
  }

  /** @param {import("../page-protocol.ts").PageMessage | { channel: string, ts: string, threadTs?: string }} message */
  function refresh(message) {
    const { thread } = app.store.session;
    if (list === null || message.channel !== channel) return;
    if (message.ts === thread || message.threadTs === thread || message.threadTs === undefined)
      list.refresh(message.ts);
  }

  return { element: pane, draw, refresh };
}
