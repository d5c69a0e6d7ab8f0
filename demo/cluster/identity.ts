// Names and ids that the server makes up: uids, name suffixes and hashes, repeatable from one seed.
import { createHash } from "node:crypto";
import { canonicalText, type Json } from "./json.ts";

/** The alphabet of k8s.io/apimachinery/pkg/util/rand: no vowels, nothing that looks like another. */
const SAFE = "bcdfghjklmnpqrstvwxz2456789";

/** Makes ids; two makers with the same seed make the same ids in the same order. */
export class Ids {
  readonly #seed: string;
  #count: number;

  constructor(seed: string, count = 0) {
    this.#seed = seed;
    this.#count = count;
  }

  /** How many were made, so that a cluster read from disk goes on where it stopped. */
  get count(): number {
    return this.#count;
  }

  #bytes(): Buffer {
    return createHash("sha256")
      .update(`${this.#seed}/${this.#count++}`)
      .digest();
  }

  uid(): string {
    const hex = this.#bytes().toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** Five characters, as generateName appends them. */
  suffix(): string {
    return safeText(this.#bytes(), 5);
  }
}

function safeText(bytes: Uint8Array, length: number): string {
  return [...bytes.slice(0, length)].map((byte) => SAFE[byte % SAFE.length]).join("");
}

/** The hash that names the ReplicaSet or ControllerRevision of a template; equal templates have equal hashes. */
export function templateHash(template: Json | undefined): string {
  return safeText(createHash("sha256").update(canonicalText(template)).digest(), 10);
}
