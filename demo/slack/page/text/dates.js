// Fills Slack's `<!date^…>` formats and the page's own clock times, for a given zone and now.

/** @typedef {{ readonly timeZone?: string, readonly nowMs: number, readonly locale?: string }} Clock */

/** @param {Clock} clock @param {Intl.DateTimeFormatOptions} options */
function format(clock, options) {
  const zone = clock.timeZone === undefined ? {} : { timeZone: clock.timeZone };
  return new Intl.DateTimeFormat(clock.locale ?? "en-US", { ...options, ...zone });
}

/** @param {number} ms @param {Clock} clock */
function dayKey(ms, clock) {
  return format(clock, { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
}

/** "Today", "Yesterday", or null for other days. @param {number} ms @param {Clock} clock */
function nearDay(ms, clock) {
  const day = dayKey(ms, clock);
  if (day === dayKey(clock.nowMs, clock)) return "Today";
  if (day === dayKey(clock.nowMs - 86_400_000, clock)) return "Yesterday";
  if (day === dayKey(clock.nowMs + 86_400_000, clock)) return "Tomorrow";
  return null;
}

/** @param {number} ms @param {Clock} clock */
function ago(ms, clock) {
  const seconds = Math.round((ms - clock.nowMs) / 1000);
  const units = /** @type {const} */ ([
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ]);
  const relative = new Intl.RelativeTimeFormat(clock.locale ?? "en-US", { numeric: "auto" });
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

/** @type {Record<string, (ms: number, clock: Clock) => string>} */
const TOKENS = {
  date_num: (ms, clock) => format({ ...clock, locale: "sv-SE" }, { dateStyle: "short" }).format(ms),
  date_slash: (ms, clock) => format(clock, { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms),
  date: (ms, clock) => format(clock, { year: "numeric", month: "long", day: "numeric" }).format(ms),
  date_short: (ms, clock) => format(clock, { year: "numeric", month: "short", day: "numeric" }).format(ms),
  date_long: (ms, clock) =>
    format(clock, { weekday: "long", year: "numeric", month: "long", day: "numeric" }).format(ms),
  time: (ms, clock) => format(clock, { hour: "numeric", minute: "2-digit" }).format(ms),
  time_secs: (ms, clock) => format(clock, { hour: "numeric", minute: "2-digit", second: "2-digit" }).format(ms),
  ago,
};

/**
 * Slack's date formats; null when the timestamp is no number or a token is unknown: then the fallback text stands.
 * Source: docs.slack.dev/messaging/formatting-message-text, "Date formatting".
 * @param {string} seconds @param {string} pattern @param {Clock} clock
 * @returns {string | null}
 */
export function formatDate(seconds, pattern, clock) {
  const ms = Number(seconds) * 1000;
  if (seconds === "" || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  let known = true;
  const text = pattern.replace(/\{([a-z_]+)\}/g, (_, name) => {
    const pretty = name.endsWith("_pretty") ? nearDay(ms, clock) : null;
    if (pretty !== null) return pretty;
    const token = TOKENS[name.replace(/_pretty$/, "")];
    if (token === undefined) known = false;
    return token === undefined ? "" : token(ms, clock);
  });
  return known ? text : null;
}

/** Slack's message timestamps are "seconds.counter". @param {string} ts */
export function tsToMs(ts) {
  return Number(ts.split(".")[0]) * 1000 + Number((ts.split(".")[1] ?? "0").slice(0, 3));
}

/** @param {string} ts @param {Clock} clock */
export function clockTime(ts, clock) {
  return format(clock, { hour: "numeric", minute: "2-digit" }).format(tsToMs(ts));
}

/** @param {string} ts @param {Clock} clock */
export function fullTime(ts, clock) {
  return format(clock, { dateStyle: "full", timeStyle: "medium" }).format(tsToMs(ts));
}

/** @param {string} ts @param {Clock} clock */
export function dayLabel(ts, clock) {
  return (
    nearDay(tsToMs(ts), clock) ?? format(clock, { weekday: "long", month: "long", day: "numeric" }).format(tsToMs(ts))
  );
}
