// Quantities: reading their value and writing them in the canonical form that the API server answers.

const BINARY: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
const DECIMAL: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};
const SHAPE = /^([+-]?[0-9]*\.?[0-9]+)(?:([KMGTP]i)|([numkMGTPE]?)|[eE]([+-]?[0-9]+))$/;

/** The value in the base unit, or undefined when the text is no quantity. */
export function quantityValue(text: string): number | undefined {
  const [, digits, binary, decimal = "", exponent] = SHAPE.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (binary !== undefined) return Number(digits) * (BINARY[binary] ?? 1);
  if (exponent !== undefined) return Number(digits) * 10 ** Number(exponent);
  return Number(digits) * (DECIMAL[decimal] ?? 1);
}

/** `1000m` becomes `1`, `0.5` becomes `500m`, `1024Mi` becomes `1Gi`; text that is no quantity stays. */
export function canonicalQuantity(text: string): string {
  const value = quantityValue(text);
  if (value === undefined || value === 0) return value === 0 ? "0" : text;
  if (/i$/.test(text) && Number.isInteger(value)) return withSuffix(value, Object.entries(BINARY).reverse());
  const scale = Object.entries(DECIMAL).reverse();
  return withSuffix(value, scale);
}

function withSuffix(value: number, scale: readonly (readonly [string, number])[]): string {
  for (const [suffix, factor] of scale) {
    const count = Number((value / factor).toPrecision(15));
    if (Number.isInteger(count) && count !== 0) return `${count}${suffix}`;
  }
  return String(value);
}
