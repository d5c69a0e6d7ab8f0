// Numbers of records as spans, first and last of each: how a pruning names what it took.
export type Span = readonly [first: number, last: number];

/** Of numbers in ascending order. */
export function spansOf(numbers: Iterable<number>): readonly Span[] {
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const open = spans.at(-1);
    if (open !== undefined && open[1] === number - 1) open[1] = number;
    else spans.push([number, number]);
  }
  return spans;
}

export function countOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

export function* numbersIn(spans: readonly Span[]): Generator<number> {
  for (const [first, last] of spans) for (let number = first; number <= last; number += 1) yield number;
}

/** What of some spans, in ascending order, is not in the others, whose order does not matter. */
export function without(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  const sorted = others.toSorted(([one], [other]) => one - other);
  const left: Span[] = [];
  let next = 0;
  for (const [first, last] of spans) {
    let from = first;
    // Those that end before this span never matter again, since spans ascend.
    while (next < sorted.length && (sorted[next]?.[1] ?? 0) < from) next += 1;
    for (let index = next; index < sorted.length && from <= last; index += 1) {
      const [start, end] = sorted[index] ?? [last + 1, last];
      if (start > last) break;
      if (start > from) left.push([from, start - 1]);
      from = Math.max(from, end + 1);
    }
    if (from <= last) left.push([from, last]);
  }
  return left;
}

export function spanText([first, last]: Span): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** Null when the texts are not spans as `spanText` writes them, ascending and apart. */
export function parseSpans(texts: readonly unknown[]): readonly Span[] | null {
  const spans: Span[] = [];
  for (const text of texts) {
    const [, first = "", last = first] = /^(0|[1-9][0-9]{0,15})(?:-([1-9][0-9]{0,15}))?$/.exec(String(text)) ?? [];
    const span: Span = [Number(first), Number(last)];
    const before = spans.at(-1)?.[1] ?? -2;
    if (first === "" || span[1] < span[0] || spanText(span) !== text || span[0] <= before + 1) return null;
    spans.push(span);
  }
  return spans;
}
