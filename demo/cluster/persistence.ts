// Keeping a sample cluster on disk, so that the demo goes on where it stopped.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Storage } from "./storage.ts";
import type { Timeline } from "./timeline.ts";

interface Kept {
  readonly format: "countersign-sample-cluster/v1";
  readonly ids: number;
  readonly state: ReturnType<Storage["snapshot"]>;
}

const FORMAT = "countersign-sample-cluster/v1";
const SETTLE_MS = 500;

/** What the file holds; undefined when there is none. Throws when it is not ours. */
export function readKept(path: string): Kept | undefined {
  if (!existsSync(path)) return undefined;
  const kept = JSON.parse(readFileSync(path, "utf8")) as Partial<Kept>;
  if (kept.format !== FORMAT || kept.state === undefined || kept.ids === undefined)
    throw new Error(`${path} does not hold a sample cluster; give another file or remove this one`);
  return { format: FORMAT, ids: kept.ids, state: kept.state };
}

/** Writes the cluster half a second after its last change, and once more when asked to. */
export class Keeper {
  readonly #path: string;
  readonly #storage: Storage;
  readonly #idsMade: () => number;
  #isDue = false;

  constructor(path: string, storage: Storage, timeline: Timeline, idsMade: () => number) {
    this.#path = path;
    this.#storage = storage;
    this.#idsMade = idsMade;
    storage.onChange(() => {
      if (this.#isDue) return;
      this.#isDue = true;
      timeline.after(SETTLE_MS, () => this.write());
    });
  }

  write(): void {
    this.#isDue = false;
    const kept: Kept = { format: FORMAT, ids: this.#idsMade(), state: this.#storage.snapshot() };
    writeFileSync(`${this.#path}.new`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}
