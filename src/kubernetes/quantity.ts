// Amounts as Kubernetes writes them: `250m`, `1.5Gi`, `2e3`.

// apimachinery pkg/api/resource/quantity.go: a signed number, then a binary suffix, a decimal one, or an exponent.
const pattern =
  /^([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30}))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d{1,2})?$/;

const factors: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** The amount as a number, or null when it is not a quantity. For showing and comparing, not for sums of money. */
export function quantity(text: string): number | null {
  const match = pattern.exec(text);
  const digits = match?.[1];
  if (digits === undefined) return null;
  const suffix = match?.[2] ?? "";
  if (suffix === "") return Number(digits);
  const factor = factors[suffix];
  return factor === undefined ? Number(`${digits}${suffix}`) : Number(digits) * factor;
}

/** CPU in thousandths of a core, rounded up as kubectl top does; 0 when it is not a quantity. */
export function cpuMillicores(text: string): number {
  // Rounded first to nanocores, the finest unit there is, so that 0.1 cores are not 100.00000001 thousandths.
  return Math.ceil(Math.round((quantity(text) ?? 0) * 1e9) / 1e6);
}

/** Memory in bytes, rounded up; 0 when it is not a quantity. */
export function bytesOf(text: string): number {
  return Math.ceil(quantity(text) ?? 0);
}

/** Memory as kubectl top prints it, in whole Mi. */
export function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)}Mi`;
}
