// Canonical JSON (RFC 8785) and its SHA-256: the one way anything here is hashed.
import { hash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Json } from "./json.ts";

declare const digestBrand: unique symbol;

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = string & { readonly [digestBrand]: true };

/**
 * The RFC 8785 text of a value. Throws on whatever JSON cannot hold (undefined, Map, Date, NaN, BigInt, a lone surrogate):
 * the library lets some of them pass in silence, and what is hashed must be what is meant.
 */
export function canonicalJson(value: Json): string {
  const odd = oddIn(value);
  if (odd !== null) throw new Error(`not JSON at $${odd.path}: ${odd.type}`);
  // RFC 8785 is what JSON.stringify writes, with sorted keys: what was read from canonical text is nearly always so already.
  if (isInOrder(value)) return JSON.stringify(value);
  const text = canonicalize(value);
  if (text === undefined) throw new Error("value has no canonical JSON");
  return text;
}

export function digestOf(value: Json): Digest {
  return digestOfText(canonicalJson(value));
}

export function digestOfText(text: string): Digest {
  return `sha256:${hash("sha256", text, "hex")}` as Digest;
}

/** The first twelve hex digits: enough for people to compare, never for machines. */
export function shortDigest(digest: Digest): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}

interface Odd {
  /** From the value down; put together on the way back, since nearly everything is JSON. */
  readonly path: string;
  readonly type: string;
}

/** The first thing in a value that JSON cannot hold, or null. */
function oddIn(value: unknown): Odd | null {
  if (value === null || typeof value === "boolean" || typeof value === "string") return null;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return null;
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const odd = oddIn(value[index]);
      if (odd !== null) return { ...odd, path: `[${index}]${odd.path}` };
    }
    return null;
  } else if (typeof value === "object") {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      for (const [key, item] of Object.entries(value)) {
        const odd = oddIn(item);
        if (odd !== null) return { ...odd, path: `.${key}${odd.path}` };
      }
      return null;
    }
  }
  return { path: "", type: typeof value };
}

/** Every map's keys as RFC 8785 sorts them, by UTF-16 code units, and every text one that it takes. */
function isInOrder(value: Json): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last: string | null = null;
  for (const [key, item] of Object.entries(value)) {
    if ((last !== null && key < last) || !key.isWellFormed() || !isInOrder(item)) return false;
    last = key;
  }
  return true;
}
