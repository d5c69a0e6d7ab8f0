// What the page remembers for each person one has been: place, drafts, open modals, what only they saw, what they read.

/** @typedef {import("./session.d.ts").Session} Session */

/** @returns {Session} */
export function newSession() {
  return {
    place: null,
    thread: null,
    drafts: new Map(),
    modals: [],
    answers: new Map(),
    ephemerals: new Map(),
    homeAnswers: {},
  };
}

const READ = "countersign-demo-read";
const SINCE = "countersign-demo-since";

/** Storage may be shut (private windows); then unread marks only live as long as the page. */
/** @param {string} key @returns {string | null} */
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // nothing to do: see above
  }
}

/** The read marks of all persons on this browser: `person/channel` → ts. */
export function readMarks() {
  const since = recall(SINCE) ?? String(Math.floor(Date.now() / 1000));
  remember(SINCE, since);
  /** @type {Record<string, string>} */
  const marks = parseMarks(recall(READ));
  return {
    /** @param {string} me @param {string} channel */
    get: (me, channel) => marks[`${me}/${channel}`] ?? since,
    /** Never goes back. @param {string} me @param {string} channel @param {string} ts */
    set: (me, channel, ts) => {
      if (ts <= (marks[`${me}/${channel}`] ?? "")) return;
      marks[`${me}/${channel}`] = ts;
      remember(READ, JSON.stringify(marks));
    },
  };
}

/** @param {string | null} text @returns {Record<string, string>} */
function parseMarks(text) {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

/** @param {string} key */
export function recalled(key) {
  return recall(key);
}
