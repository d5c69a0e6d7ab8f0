// The few ASN.1 DER shapes that an X.509 certificate is written in (ITU-T X.690).

const joined = (...parts: readonly Uint8Array[]) => Buffer.concat(parts);

/** One value: its tag, its length in the shortest form, its contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = joined(...contents);
  if (body.length < 0x80) return joined(Buffer.from([tag, body.length]), body);
  const digits: number[] = [];
  for (let rest = body.length; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff);
  return joined(Buffer.from([tag, 0x80 | digits.length, ...digits]), body);
}

export const sequence = (...items: readonly Uint8Array[]) => der(0x30, ...items);
export const set = (...items: readonly Uint8Array[]) => der(0x31, ...items);
export const octets = (bytes: Uint8Array) => der(0x04, bytes);
export const utf8 = (text: string) => der(0x0c, Buffer.from(text, "utf8"));
export const yes = () => der(0x01, Buffer.from([0xff]));

/** A whole number that is not negative, from its big-endian bytes: a leading zero only where the sign bit would be set. */
export function natural(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.from([0]) : bytes.subarray(start);
  return der(0x02, Buffer.from((digits[0] ?? 0) >= 0x80 ? [0] : []), digits);
}

/** A string of bits whose last byte has `unused` bits that don't count. */
export const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes);

/** An instant, to the second, as GeneralizedTime. */
export function instant(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`, "ascii"));
}

/** An object identifier such as `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}
