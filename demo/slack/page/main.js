// Starts the page: who one is, the parts and where they stand, and which change redraws which part.
import { fetchState, openEvents } from "./api.js";
import { createApp } from "./app.js";
import { createColumns, MOST_COLUMNS } from "./columns.js";
import { el, fill } from "./dom.js";
import { createGreeting } from "./greeting.js";
import { createMainView } from "./main-view.js";
import { createModals } from "./modal.js";
import { createPeopleBar, playable } from "./people.js";
import { closePopover } from "./popover.js";
import { recalled, remember } from "./session.js";
import { createSidebar } from "./sidebar.js";
import { createStore } from "./store.js";
import { createStream } from "./stream.js";
import { createThread } from "./thread.js";
import { toast } from "./toast.js";

const LAST_PERSON = "countersign-demo-person";
const query = new URLSearchParams(location.search);
const embedded = query.get("embed") === "1";
/** @type {string[]} */
let columns = embedded
  ? []
  : (query.get("columns") ?? "")
      .split(",")
      .filter((id) => id !== "")
      .slice(0, MOST_COLUMNS);

const store = createStore();
const stream = createStream(store, { fetchState, openEvents, onChange: () => drawRedBar(), onProblem: toast });
const app = createApp(store, { embedded, switchTo });

const shell = el("div", { class: "shell" });
const openDrawer = () => {
  shell.classList.add("drawer-open");
  /** @type {HTMLElement | null} */ (shell.querySelector(".sidebar .here, .sidebar button"))?.focus();
};
const closeDrawer = () => shell.classList.remove("drawer-open");
const greeting = createGreeting(app, () => view.refreshHeader());
const sidebar = createSidebar(app, closeDrawer);
const view = createMainView(app, { openDrawer, greeting: greeting.draw });
const thread = createThread(app);
const modals = createModals(app);
const redBar = el("div", { class: "red-bar", role: "status", "data-testid": "red-bar", hidden: true });
const people = createPeopleBar({
  users: () => store.state.users,
  me: () => store.state.me.id,
  columns: () => columns,
  choose: (id) => (columns.length > 0 ? toggleColumn(id) : void switchTo(id)),
  toggleColumns: () => setColumns(columns.length > 0 ? [] : firstColumns()),
  showGreeting: () => {
    if (columns.length > 0) setColumns([]);
    greeting.toggle();
  },
});
const sideBySide = createColumns({ user: app.user, close: toggleColumn });

/** In place: what the person left open is still open when one comes back. @param {string} id */
async function switchTo(id) {
  closePopover();
  try {
    await stream.become(id);
  } catch (error) {
    return toast(
      `You are still ${store.ready ? store.state.me.realName : "nobody"}: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (!embedded) remember(LAST_PERSON, store.state.me.id);
  saveAddress();
}

function saveAddress() {
  const next = new URLSearchParams({ as: store.state.me.id });
  if (embedded) next.set("embed", "1");
  if (columns.length > 0) next.set("columns", columns.join(","));
  history.replaceState(null, "", `?${next}`);
}

function firstColumns() {
  const ids = playable(store.state.users).map(({ id }) => id);
  const room = window.innerWidth >= 1100 ? 3 : 2;
  return [store.state.me.id, ...ids.filter((id) => id !== store.state.me.id)].slice(0, room);
}

/** One person more or less; when three are shown the oldest makes room. @param {string} id */
function toggleColumn(id) {
  setColumns(columns.includes(id) ? columns.filter((one) => one !== id) : [...columns, id].slice(-MOST_COLUMNS));
}

/** @param {string[]} next */
function setColumns(next) {
  columns = next;
  const split = columns.length > 0;
  shell.hidden = split;
  sideBySide.draw(columns);
  people.draw();
  saveAddress();
  if (split) stream.pause();
  else void switchTo(store.state.me.id);
}

function drawRedBar() {
  const message = !stream.connected()
    ? "Not connected to the local Slack. Trying again…"
    : store.ready && !store.state.appConnected
      ? "The app is not connected. What you type now will not be answered until it is."
      : "";
  redBar.hidden = message === "" || columns.length > 0;
  fill(redBar, message);
}

function drawAll() {
  document.title = `${store.state.me.realName}: ${store.state.team.name}`;
  document.body.classList.toggle("embedded", embedded);
  closeDrawer();
  people.draw();
  view.draw();
  sidebar.draw();
  thread.draw();
  modals.draw();
  drawRedBar();
  shell.classList.toggle("has-thread", !thread.element.hidden);
}

function drawPlace() {
  view.draw();
  drawThread();
  sidebar.draw();
  if (store.session.place?.kind === "home") void app.act({ kind: "open-home" });
}

function drawThread() {
  thread.draw();
  shell.classList.toggle("has-thread", !thread.element.hidden);
  /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="thread-compose"]'))?.focus();
}

store.listen((change) => {
  switch (change.kind) {
    case "state":
      return drawAll();
    case "place":
      return drawPlace();
    case "thread":
      return drawThread();
    case "message":
    case "deleted":
      view.refresh(change.message);
      thread.refresh(change.message);
      return sidebar.draw();
    case "channels":
      sidebar.draw();
      return view.refreshHeader();
    case "home":
      return view.refreshHome();
    case "modals":
      return modals.draw();
    case "app":
      return drawRedBar();
    case "read":
      return sidebar.draw();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
  if (shell.classList.contains("drawer-open")) return closeDrawer();
  if (store.ready && store.session.thread !== null) store.openThread(null);
});

shell.append(
  sidebar.element,
  el("button", {
    class: "drawer-shade",
    type: "button",
    "aria-label": "Close channels",
    tabindex: "-1",
    on: { click: closeDrawer },
  }),
  view.element,
  thread.element,
);
fill(
  document.body,
  ...(embedded ? [] : [people.element]),
  redBar,
  shell,
  sideBySide.element,
  modals.element,
  el("div", { id: "toasts", class: "toasts" }),
);

try {
  await stream.become(query.get("as") ?? (embedded ? null : recalled(LAST_PERSON)));
} catch {
  // The remembered person may be gone after a fresh start: let the server choose.
  await stream.become(null);
}
if (columns.length > 0) setColumns(columns);
else saveAddress();
