// Canonical JSON (RFC 8785) and its SHA-256: the one way anything here is hashed.
import { createHash } from "node:crypto";
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
  assertJson(value, "$");
  const text = canonicalize(value);
  if (text === undefined) throw new Error("value has no canonical JSON");
  return text;
}

export function digestOf(value: Json): Digest {
  return digestOfText(canonicalJson(value));
}

export function digestOfText(text: string): Digest {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}` as Digest;
}

/** The first twelve hex digits: enough for people to compare, never for machines. */
export function shortDigest(digest: Digest): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}

function assertJson(value: unknown, path: string): void {
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) assertJson(item, `${path}[${index}]`);
    return;
  } else if (typeof value === "object") {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      for (const [key, item] of Object.entries(value)) assertJson(item, `${path}.${key}`);
      return;
    }
  }
  throw new Error(`not JSON at ${path}: ${typeof value}`);
}
