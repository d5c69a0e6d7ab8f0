// Holds the state of the person one is now, applies the server's events to it, and tells listeners what changed.
import { newSession, readMarks } from "./session.js";
import { repliesOf, topLevel, unreadCount } from "./timeline.js";

/** @typedef {import("../page-protocol.ts").PageState} PageState */
/** @typedef {import("../page-protocol.ts").PageEvent} PageEvent */
/** @typedef {import("../page-protocol.ts").PageMessage} Message */
/** @typedef {import("./session.d.ts").Session} Session */
/** @typedef {import("./store.d.ts").Change} Change */

/** @param {string} channel @param {string} ts */
const keyOf = (channel, ts) => `${channel}:${ts}`;

/** @returns {import("./store.d.ts").Store} */
export function createStore() {
  /** @type {PageState | null} */
  let state = null;
  /** @type {Map<string, Message>} */
  let messages = new Map();
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  /** @type {Set<(change: Change) => void>} */
  const listeners = new Set();
  const marks = readMarks();

  /** @param {Change} change */
  const tell = (change) => {
    for (const listener of listeners) listener(change);
  };
  const current = () => {
    if (state === null) throw new Error("the store was read before the first state came");
    return state;
  };
  const session = () => {
    const id = current().me.id;
    const known = sessions.get(id) ?? newSession();
    sessions.set(id, known);
    return known;
  };

  /** The whole state anew: at first, after a switch, after a lost connection. @param {PageState} next */
  function load(next) {
    state = next;
    messages = new Map(next.messages.map((message) => [keyOf(message.channel, message.ts), message]));
    for (const [key, message] of session().ephemerals) messages.set(key, message);
    // The stream of events begins with the views that are still open; what was typed into them is kept until then.
    session().modals = [];
    tell({ kind: "state" });
  }

  /** @param {PageEvent} event */
  function apply(event) {
    switch (event.kind) {
      case "message": {
        const key = keyOf(event.message.channel, event.message.ts);
        const isNew = !messages.has(key);
        messages.set(key, event.message);
        if (event.message.ephemeral) session().ephemerals.set(key, event.message);
        return tell({ kind: "message", message: event.message, isNew });
      }
      case "deleted":
        return remove(keyOf(event.channel, event.ts));
      case "channel": {
        const others = current().channels.filter((channel) => channel.id !== event.channel.id);
        const known = current().channels.findIndex((channel) => channel.id === event.channel.id);
        state = {
          ...current(),
          channels: known < 0 ? [...others, event.channel] : others.toSpliced(known, 0, event.channel),
        };
        return tell({ kind: "channels" });
      }
      case "home":
        state = { ...current(), home: event.view };
        return tell({ kind: "home" });
      case "modal":
        return openModal(event);
      case "modal-closed":
        return closeModal(event.viewId);
      case "app":
        state = { ...current(), appConnected: event.connected };
        return tell({ kind: "app" });
    }
  }

  /** The root's count goes down with its reply. @param {string} key */
  function remove(key) {
    const gone = messages.get(key);
    if (gone === undefined) return;
    messages.delete(key);
    session().ephemerals.delete(key);
    const root =
      gone.threadTs === undefined || gone.ephemeral ? undefined : messages.get(keyOf(gone.channel, gone.threadTs));
    if (root !== undefined && root.replyCount > 0) {
      messages.set(keyOf(root.channel, root.ts), { ...root, replyCount: root.replyCount - 1 });
    }
    tell({ kind: "deleted", message: gone });
  }

  /** An update of a view that is open keeps what was typed into inputs whose ids stay; a new one takes its place on the stack. */
  /** @param {Extract<PageEvent, { kind: "modal" }>} event */
  function openModal(event) {
    const same = session().modals.find((modal) => modal.viewId === event.viewId);
    if (same !== undefined) same.view = event.view;
    else {
      const below = session().modals.filter((modal) => modal.stack < event.stack);
      const answers = session().answers.get(event.viewId) ?? {};
      session().answers.set(event.viewId, answers);
      session().modals = [...below, { viewId: event.viewId, view: event.view, stack: event.stack, answers }];
    }
    tell({ kind: "modals" });
  }

  /** Closing one that is gone already changes nothing. @param {string} viewId */
  function closeModal(viewId) {
    session().modals = session().modals.filter((modal) => modal.viewId !== viewId);
    session().answers.delete(viewId);
    tell({ kind: "modals" });
  }

  /** @param {import("./session.js").Place} place */
  function goTo(place) {
    session().place = place;
    session().thread = null;
    tell({ kind: "place" });
  }

  /** @param {string | null} ts */
  function openThread(ts) {
    session().thread = ts;
    tell({ kind: "thread" });
  }

  /** @param {string} channel */
  function markRead(channel) {
    const last = [...messages.values()]
      .filter((message) => message.channel === channel)
      .map(({ ts }) => ts)
      .sort()
      .at(-1);
    if (last !== undefined) marks.set(current().me.id, channel, last);
    tell({ kind: "read" });
  }

  return {
    get state() {
      return current();
    },
    get ready() {
      return state !== null;
    },
    get session() {
      return session();
    },
    message: (/** @type {string} */ channel, /** @type {string} */ ts) => messages.get(keyOf(channel, ts)),
    timeline: (/** @type {string} */ channel) => topLevel(messages.values(), channel),
    replies: (/** @type {string} */ channel, /** @type {string} */ ts) => repliesOf(messages.values(), channel, ts),
    unread: (/** @type {string} */ channel) =>
      unreadCount(messages.values(), { channel, me: current().me.id, readTs: marks.get(current().me.id, channel) }),
    listen: (listener) => void listeners.add(listener),
    load,
    apply,
    closeModal,
    goTo,
    openThread,
    markRead,
  };
}
