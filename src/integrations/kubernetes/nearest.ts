// The words most like one that is unknown.

/** At most three, at most two edits away and starting alike; nearest first. */
export function nearest(word: string, words: readonly string[]): readonly string[] {
  const near = words
    .map((other) => ({ other, edits: edits(word, other) }))
    .filter(({ other, edits: count }) => count <= 2 && count < Math.max(word.length, other.length));
  return near
    .sort((a, b) => a.edits - b.edits || (a.other < b.other ? -1 : 1))
    .slice(0, 3)
    .map(({ other }) => other);
}

/** Levenshtein's distance; words are short. */
function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
