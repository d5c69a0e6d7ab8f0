// Characters that nobody sees, or that reorder text, written as escapes that everybody sees (T12).

// Control, format (bidi, zero-width, soft hyphen, tags), lone surrogates, line and paragraph separators, blank fillers.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{115F}\u{1160}\u{3164}\u{FFA0}]|\u{34F}/gu;

/** The text on one line, each unseen character as `\uXXXX`, line ends as `\n`, tabs as `\t`. */
export function visible(text: string): string {
  return text.replace(unseen, escapeOf);
}

/** As `visible`, with line ends and tabs left as they are: for texts of several lines. */
export function visibleLines(text: string): string {
  return text.replace(unseen, (found) => (found === "\n" || found === "\t" ? found : escapeOf(found)));
}

function escapeOf(found: string): string {
  if (found === "\n") return "\\n";
  if (found === "\r") return "\\r";
  if (found === "\t") return "\\t";
  const code = found.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
