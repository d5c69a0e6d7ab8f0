// Says which addresses may become links: http, https and mailto, nothing else.

const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/**
 * The normalized address, or null when it must stay text. Relative addresses stay text too, as in Slack.
 * @param {string} address
 * @returns {string | null}
 */
export function safeHref(address) {
  if (hasControlOrSpace(address)) return null;
  try {
    const url = new URL(address);
    return ALLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Browsers skip control characters inside a scheme ("java\tscript:"), so none is let through. @param {string} text */
function hasControlOrSpace(text) {
  for (const character of text) if (character.charCodeAt(0) <= 0x20) return true;
  return false;
}
