// Keeps the store and the server together: state first, then events; after a break the state again.

/** @typedef {import("../page-protocol.ts").PageEvent} PageEvent */

/**
 * @param {import("./store.js").Store} store
 * @param {{ fetchState: typeof import("./api.js").fetchState, openEvents: typeof import("./api.js").openEvents,
 *   onChange(): void, onProblem(message: string): void }} outside
 */
export function createStream(store, outside) {
  /** The stream that counts; what an older one still says is not heard. @type {{ close(): void } | null} */
  let live = null;
  let connected = true;
  /** Who asked last: an answer for somebody else comes too late. */
  let asked = 0;

  /** Rejects when the server does not know this person; then nothing has changed. @param {string | null} as null: the server chooses */
  async function become(as) {
    asked += 1;
    const mine = asked;
    const state = await outside.fetchState(as);
    if (mine !== asked) return;
    live?.close();
    store.load(state);
    listenAs(state.me.id);
  }

  /** @param {string} id */
  function listenAs(id) {
    /** Events that come while the state is on its way again wait for it. @type {PageEvent[] | null} */
    let waiting = null;
    const isLive = () => live === own;
    const reload = async () => {
      waiting = [];
      const state = await outside.fetchState(id);
      if (!isLive()) return;
      store.load(state);
      for (const event of waiting.splice(0)) store.apply(event);
      waiting = null;
    };
    const own = outside.openEvents(id, {
      onEvent: (event) => {
        if (!isLive()) return;
        if (waiting === null) store.apply(event);
        else waiting.push(event);
      },
      onOpen: (again) => {
        if (!isLive()) return;
        setConnected(true);
        (again ? reload() : catchUp(id, isLive)).catch((error) =>
          outside.onProblem(`The state could not be read again: ${error.message}`),
        );
      },
      onLost: () => {
        if (isLive()) setConnected(false);
      },
    });
    live = own;
  }

  /** @param {boolean} next */
  function setConnected(next) {
    connected = next;
    outside.onChange();
  }

  /** What happened between the state and the first event; only what is new or different is applied, so nothing flickers. */
  /** @param {string} id @param {() => boolean} isLive */
  async function catchUp(id, isLive) {
    const state = await outside.fetchState(id);
    if (!isLive()) return;
    for (const message of state.messages) {
      const known = store.message(message.channel, message.ts);
      if (JSON.stringify(known) !== JSON.stringify(message)) store.apply({ kind: "message", message });
    }
    if (state.appConnected !== store.state.appConnected) store.apply({ kind: "app", connected: state.appConnected });
  }

  function pause() {
    asked += 1;
    live?.close();
    live = null;
  }

  return { become, pause, connected: () => connected };
}
