// Characters that people cannot see and that change what they read.

/** Controls, formats (zero-width and bidirectional ones, CVE-2021-42574), lone surrogates, line and paragraph separators. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The first such character, as `U+202E`, or null. */
export function hiddenCharacter(text: string): string | null {
  const found = hidden.exec(text)?.[0]?.codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}
