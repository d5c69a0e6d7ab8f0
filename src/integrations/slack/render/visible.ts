// Characters that cannot be seen, or that reorder what is seen, are written as escapes (CVE-2021-42574, CVE-2021-25743).

/**
 * All of Unicode's "other" characters (controls, formats such as zero-width and bidirectional ones, surrogates without a
 * partner, private and unassigned ones) except tab and newline, line and paragraph separators, and letters that are blank.
 */
const unseen = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u180b|\u180c|\u180d|\u3164|\uffa0/gu;

/** The text with every unseen character as `\uXXXX`. Doing it twice changes nothing more. */
export function visible(text: string): string {
  return text.replace(unseen, (char) => {
    const point = char.codePointAt(0) ?? 0;
    if (point === 0x0d) return "\\r";
    const hex = point.toString(16).toUpperCase();
    return point > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
  });
}

/** For places that hold one line: line breaks and tabs are shown as escapes too. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}
