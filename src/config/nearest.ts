// The name that somebody probably meant.

/** The nearest of the names by edits, when near enough to be meant; null otherwise. Case does not count. */
export function nearest(given: string, names: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(given.length / 3));
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const name of names) {
    if (Math.abs(name.length - given.length) > limit) continue;
    const edits = editsBetween(given.toLowerCase(), name.toLowerCase());
    if (edits <= limit && (best === null || edits < best.edits)) best = { name, edits };
  }
  return best?.name ?? null;
}

/** “did you mean X?”, or all that would be right when they are few. */
export function suggestion(given: string, names: readonly string[]): string {
  const near = nearest(given, names);
  if (near !== null) return `did you mean “${near}”?`;
  if (names.length === 0) return "there is none.";
  return names.length > 40 ? `there are ${names.length} to choose from.` : `there is ${names.join(", ")}.`;
}

/** Levenshtein's distance, one row at a time. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const swap = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
