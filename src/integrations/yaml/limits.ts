// How much a manifest may be.

export interface ManifestLimits {
  readonly bytes: number;
  readonly documents: number;
  /** Levels of maps and lists; the deepest CustomResourceDefinitions in use have about forty. */
  readonly depth: number;
  readonly aliases: number;
  /** Values after all aliases are written out. */
  readonly nodes: number;
  /** From when the worker takes the text. */
  readonly deadlineMs: number;
}

export const defaultLimits: ManifestLimits = {
  bytes: 1_000_000,
  documents: 200,
  depth: 100,
  aliases: 100,
  nodes: 300_000,
  deadlineMs: 5_000,
};
