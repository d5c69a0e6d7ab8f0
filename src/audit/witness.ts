// The second place: a directory outside the data directory that takes every checkpoint and gives back the last one.
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./write-whole.ts";

export interface Witness {
  /** The kept checkpoint of the largest size, as a signed note; null when there is none. */
  latest(): Promise<string | null>;
  /** Durable when it resolves. The same checkpoint twice is kept once. */
  keep(note: string, size: number): Promise<void>;
  /** Every kept checkpoint, smallest first. */
  all(): AsyncIterable<string>;
  /** Sets aside what is kept, after a person decided to go on without it; says where it is now. */
  abandon(at: number): Promise<string>;
}

/** So many records per folder, so that no folder grows without end. */
const perFolder = 100_000;
const folderName = /^[0-9]{12}$/;
const fileName = /^([0-9]{12})\.checkpoint$/;

export function directoryWitness(directory: string): Witness {
  const folders = async () => (await readdir(directory).catch(none)).filter((name) => folderName.test(name)).sort();
  const files = async (folder: string) =>
    (await readdir(join(directory, folder))).filter((name) => fileName.test(name)).sort();
  return {
    async latest() {
      for (const folder of (await folders()).reverse()) {
        const newest = (await files(folder)).at(-1);
        if (newest !== undefined) return readFile(join(directory, folder, newest), "utf8");
      }
      return null;
    },
    async keep(note, size) {
      const folder = join(directory, digits(Math.floor(size / perFolder)));
      await mkdir(folder, { recursive: true, mode: 0o755 });
      await writeWhole(folder, { name: `${digits(size)}.checkpoint`, text: note });
    },
    async *all() {
      for (const folder of await folders()) {
        for (const file of await files(folder)) yield readFile(join(directory, folder, file), "utf8");
      }
    },
    async abandon(at) {
      const aside = join(directory, `abandoned-${new Date(at).toISOString().replaceAll(":", "-")}`);
      await mkdir(aside, { recursive: true });
      for (const folder of await folders()) await rename(join(directory, folder), join(aside, folder));
      return aside;
    },
  };
}

/** A directory that is not there holds nothing yet; whatever else is wrong with it is a fault. */
function none(error: unknown): string[] {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
  throw error;
}

function digits(count: number): string {
  return String(count).padStart(12, "0");
}
