// What a recorded pruning says, and its own signature: nobody without the log's key can make a removal lawful.
import type { AuditRecord } from "../../core/audit.ts";
import { canonicalJson } from "../../core/digest.ts";
import { type JsonObject, listAt, numberAt, textAt } from "../../core/json.ts";
import { openNote, type Signer, signNote, type Verifier } from "../note.ts";
import { Frontier } from "../tree-verify.ts";
import { countOf, numbersIn, parseSpans, type Span, spanText } from "./spans.ts";

export interface Pruning {
  /** The number of the record that says so. */
  readonly seq: number;
  readonly spans: readonly Span[];
  readonly requests: readonly string[];
  /** What else was over before then goes too; null: none of it. */
  readonly othersBefore: number | null;
  /** Over the leaves of the pruned records alone, in their order (RFC 9162): `sha256:` and hex. */
  readonly root: string;
  /** `NAME+ID` of the key that signed it. */
  readonly key: string;
}

/** What a pruning says besides what it takes: why, under which policy, and where the words are now. */
export type PruningReasons = JsonObject;

/** The details of a `log.pruned`. */
export function pruningDetails(
  of: {
    readonly spans: readonly Span[];
    readonly requests: readonly string[];
    readonly leafAt: (seq: number) => Buffer;
    readonly reasons: PruningReasons;
  },
  signer: Signer,
): JsonObject {
  const { spans, requests, leafAt, reasons } = of;
  const unsigned = {
    ...reasons,
    records: spans.map(spanText),
    count: countOf(spans),
    root: rootOver(spans, leafAt),
    requests: [...requests],
    key: `${signer.name}+${signer.id}`,
  };
  const note = signNote(textOf(unsigned, signer.name), signer);
  return { ...unsigned, signature: note.trimEnd().slice(note.trimEnd().lastIndexOf(" ") + 1) };
}

/** What a record of a pruning says, or why it says nothing that counts. `null` for a record that is no pruning. */
export function readPruning(record: AuditRecord): Pruning | { readonly wrong: string } | null {
  if (record.code !== "log.pruned" || record.outcome !== "ok") return null;
  const { details } = record;
  const spans = parseSpans(listAt(details, "records"));
  if (spans === null) return { wrong: "does not name the records that it is about" };
  if ((spans.at(-1)?.[1] ?? -1) >= record.seq) return { wrong: "names records that were not there yet" };
  if (numberAt(details, -1, "count") !== countOf(spans)) return { wrong: "does not count what it names" };
  const requests = listAt(details, "requests").map(String);
  const before = numberAt(details, Number.NaN, "others", "before");
  const othersBefore = Number.isSafeInteger(before) ? before : null;
  return { seq: record.seq, spans, requests, othersBefore, root: textAt(details, "root"), key: textAt(details, "key") };
}

/** Whether the key signed exactly these details. */
export function isSignedBy({ details }: AuditRecord, verifier: Verifier): boolean {
  const { signature, ...unsigned } = details;
  const text = textOf(unsigned, verifier.name);
  return openNote(`${text}\n— ${verifier.name} ${String(signature)}\n`, verifier).kind === "signed";
}

export function rootOver(spans: readonly Span[], leafAt: (seq: number) => Buffer): string {
  const frontier = new Frontier();
  for (const seq of numbersIn(spans)) frontier.append(leafAt(seq));
  return `sha256:${frontier.root().toString("hex")}`;
}

/** Its first line is no log's name, so that it can be taken for no checkpoint. */
function textOf(unsigned: JsonObject, logName: string): string {
  return `countersign.dev/pruning/v1\n${logName}\n${canonicalJson(unsigned)}\n`;
}
