// Reading manifests that people hand in, away from the main loop and within limits.

import type { JsonObject } from "../json.ts";
import type { Refusal } from "../refusal.ts";

export interface ManifestDocument {
  /** From 1, and the line where it starts. */
  readonly index: number;
  readonly line: number;
  readonly content: JsonObject;
}

export interface Manifests {
  /**
   * The documents of a YAML or JSON text, as JSON. Refuses what YAML 1.1 and 1.2 read differently, duplicate keys, aliases
   * beyond the limit, depth, size, unknown tags, integers over 2^53, and what takes too long; with line and path. `List`
   * kinds are taken apart. The same text twice gives the same documents.
   */
  read(text: string): Promise<readonly ManifestDocument[] | Refusal>;
}
