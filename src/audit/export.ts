// The log as JSON Lines: one record's canonical JSON per line, the very bytes that are hashed and proved.
import type { Store } from "../core/ports/store.ts";

const page = 500;

/** Every record that the log held, whole or pruned, at some moment after the start, in order; without newlines. */
export async function* exportLines(store: Pick<Store, "audit">): AsyncGenerator<string> {
  let afterSeq = -1;
  for (;;) {
    const stored = await store.audit.lines({ afterSeq, limit: page });
    for (const { line } of stored) yield line;
    const last = stored.at(-1);
    if (last === undefined || stored.length < page) return;
    afterSeq = last.seq;
  }
}
