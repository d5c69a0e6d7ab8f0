// The log as JSON Lines: one record's canonical JSON per line, the very bytes that are hashed and proved.
import type { Store } from "../core/ports/store.ts";
import { lineOf } from "./chain.ts";

const page = 500;

/** Every record that the log held at some moment after the start, in order; without newlines. */
export async function* exportLines(store: Pick<Store, "audit">): AsyncGenerator<string> {
  let afterSeq = -1;
  for (;;) {
    const records = await store.audit.list({ afterSeq, limit: page });
    for (const record of records) yield lineOf(record);
    const last = records.at(-1);
    if (last === undefined || records.length < page) return;
    afterSeq = last.seq;
  }
}
