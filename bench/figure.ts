// What a benchmark gives: named numbers with units, and the bound that the issue sets to some of them.

export interface Bound {
  readonly kind: "at-most" | "at-least";
  readonly value: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound?: Bound;
  /** Missing the bound fails the run. CPU ratios do; times, on a machine that others use too, are only reported. */
  readonly decides?: boolean;
}

export const atMost = (value: number): Bound => ({ kind: "at-most", value });
export const atLeast = (value: number): Bound => ({ kind: "at-least", value });

export function isMet({ value, bound }: Figure): boolean {
  if (bound === undefined) return true;
  return bound.kind === "at-most" ? value <= bound.value : value >= bound.value;
}

/** `name value unit`, and the bound with whether it is met. */
export function lineOf(figure: Figure): string {
  const { name, value, unit, bound } = figure;
  const line = `${name} ${rounded(value)} ${unit}`;
  if (bound === undefined) return line;
  const says = isMet(figure) ? "met" : "MISSED";
  return `${line}  (${bound.kind === "at-most" ? "at most" : "at least"} ${bound.value}: ${says})`;
}

/** Four digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
