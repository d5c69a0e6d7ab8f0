// A file that is on the disk whole, or not at all.
import { type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";

/** Written beside and renamed, both on the disk before it returns: a file is there whole or not at all. */
export async function writeWhole(folder: string, of: { readonly name: string; readonly text: string }): Promise<void> {
  const { draft, handle } = await openDraft(folder, of.name);
  try {
    await handle.writeFile(of.text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, join(folder, of.name));
  const parent = await open(folder, "r");
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

/** Of this process alone: another replica may be writing the same one. What a killed one left behind is passed over. */
async function openDraft(
  folder: string,
  name: string,
): Promise<{ readonly draft: string; readonly handle: FileHandle }> {
  for (let number = 0; ; number += 1) {
    const draft = join(folder, `.${name}.${number}.draft`);
    try {
      return { draft, handle: await open(draft, "wx", 0o644) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
