// Everything the page says to its server: the state, acts, uploads, files and the stream of events.

/** @typedef {import("../page-protocol.ts").PageState} PageState */
/** @typedef {import("../page-protocol.ts").PageAct} PageAct */
/** @typedef {import("../page-protocol.ts").PageActResult} PageActResult */
/** @typedef {import("../page-protocol.ts").PageEvent} PageEvent */

/** @param {Response} response */
async function expectOk(response) {
  if (response.ok) return response;
  throw new Error(`${new URL(response.url).pathname} answered ${response.status} ${response.statusText}`);
}

/** Without a person the server chooses one. @param {string | null} as @returns {Promise<PageState>} */
export async function fetchState(as) {
  const query = as === null ? "" : `?as=${encodeURIComponent(as)}`;
  return (await expectOk(await fetch(`/page/api/state${query}`))).json();
}

/** Faults become a `problem`, so that nobody waits for an answer that cannot come. */
/** @param {PageAct} act @returns {Promise<PageActResult>} */
export async function sendAct(act) {
  try {
    const response = await fetch("/page/api/act", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(act),
    });
    return await (await expectOk(response)).json();
  } catch (error) {
    return { ok: false, problem: `The local Slack did not answer: ${error instanceof Error ? error.message : error}` };
  }
}

/** @param {string} as @param {string} name @param {Blob} content @returns {Promise<import("../page-protocol.ts").PageUploadResult>} */
export async function upload(as, name, content) {
  const query = `as=${encodeURIComponent(as)}&name=${encodeURIComponent(name)}`;
  const headers = { "content-type": content.type === "" ? "application/octet-stream" : content.type };
  return (await expectOk(await fetch(`/page/api/upload?${query}`, { method: "POST", headers, body: content }))).json();
}

/** @param {string} href */
export async function fetchText(href) {
  return (await expectOk(await fetch(href))).text();
}

/**
 * The events of one person until `close()`. After a break it reconnects, slower each time up to five seconds, and says
 * `onOpen(true)`: what was missed must be fetched again.
 * @param {string} as
 * @param {{ onEvent(event: PageEvent): void, onOpen(again: boolean): void, onLost(): void }} handlers
 */
export function openEvents(as, handlers) {
  /** @type {EventSource | null} */
  let source = null;
  let timer = 0;
  let failures = 0;
  let opened = false;
  const connect = () => {
    source = new EventSource(`/page/api/events?as=${encodeURIComponent(as)}`);
    source.onopen = () => {
      failures = 0;
      handlers.onOpen(opened);
      opened = true;
    };
    source.onmessage = (message) => handlers.onEvent(JSON.parse(message.data));
    source.onerror = () => {
      source?.close();
      handlers.onLost();
      failures += 1;
      timer = window.setTimeout(connect, Math.min(5000, 250 * 2 ** failures));
    };
  };
  connect();
  return {
    close: () => {
      window.clearTimeout(timer);
      source?.close();
    },
  };
}
