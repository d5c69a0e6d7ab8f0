// YAML text → JSON documents that every reader would read the same way; runs in the worker.
import { Composer, type CST, type Document, LineCounter, type ParsedNode, Parser } from "yaml";
import type { Json } from "../../core/json.ts";
import type { ManifestDocument } from "../../core/ports/manifests.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { firstDifference } from "./difference.ts";
import type { ManifestLimits } from "./limits.ts";
import { takeApart } from "./objects.ts";
import { type Spot, spotText, toJson } from "./to-json.ts";

type Version = "1.1" | "1.2";

/** Pure. Both versions of YAML read the same tokens; where they disagree, the text is refused with line and path (T15). */
export function parseManifest(text: string, limits: ManifestLimits): readonly ManifestDocument[] | Refusal {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const newer = compose(tokens, text, "1.2");
  const older = compose(tokens, text, "1.1");
  const documents: ManifestDocument[] = [];
  for (const [index, document] of newer.entries()) {
    const read = readDocument(document, older[index], { limits, lines, index: index + 1 });
    if (isRefusal(read)) return read;
    documents.push(...read);
    if (documents.length > limits.documents)
      return refuse(
        "manifest-too-large",
        `There are more than ${limits.documents} objects.`,
        "Send them in several requests.",
      );
  }
  if (documents.length === 0)
    return refuse(
      "empty-manifest",
      "There is no document in the manifest.",
      "Paste a whole object, from apiVersion on.",
    );
  return documents.map((document, index) => ({ ...document, index: index + 1 }));
}

interface Reading {
  readonly limits: ManifestLimits;
  readonly lines: LineCounter;
  readonly index: number;
}

function compose(tokens: readonly CST.Token[], text: string, version: Version): readonly Document.Parsed[] {
  const composer = new Composer<ParsedNode>({
    version,
    merge: false,
    uniqueKeys: false,
    intAsBigInt: true,
    strict: true,
  });
  return [...composer.compose(tokens, false, text.length)];
}

function readDocument(
  newer: Document.Parsed,
  older: Document.Parsed | undefined,
  reading: Reading,
): readonly ManifestDocument[] | Refusal {
  const lineAt = (offset: number) => Math.max(reading.lines.linePos(offset).line, 1);
  const [fault] = [...newer.errors, ...newer.warnings, ...(older?.errors ?? [])];
  if (fault !== undefined) return badYaml({ line: lineAt(fault.pos[0]), path: [] }, firstLine(fault.message));
  if (newer.directives?.yaml.explicit === true)
    return badYaml({ line: lineAt(newer.range[0]), path: [] }, "it sets its own YAML version with %YAML");
  if (older === undefined) throw new Error("the two readings of one text have different numbers of documents");
  if (newer.contents === null) return [];
  const state = { limits: reading.limits, lineAt };
  const meant = toJson(newer, state);
  if (isRefusal(meant)) return meant;
  const otherwise = toJson(older, state);
  if (isRefusal(otherwise)) return otherwise;
  const difference = firstDifference(meant.value, otherwise.value);
  if (difference !== null) return ambiguous({ line: meant.lineOf(difference.path), path: difference.path }, difference);
  if (meant.value === null) return [];
  return takeApart(meant.value, meant.lineOf, reading.index);
}

function ambiguous(spot: Spot, found: { readonly newer: Json; readonly older: Json }): Refusal {
  const [newer, older] = [JSON.stringify(found.newer), JSON.stringify(found.older)];
  return refuse(
    "bad-yaml",
    `${spotText(spot)} means ${newer} in YAML 1.2 and ${older} in YAML 1.1, so what you see may not be what the cluster reads.`,
    `Write the value that you mean: quote it for a text (for example ${JSON.stringify(String(found.newer))}), or use decimal digits, true or false.`,
  );
}

export function badYaml(spot: Spot, says: string): Refusal {
  return refuse(
    "bad-yaml",
    `${spotText(spot)} is not YAML that can be read in one way: ${says}.`,
    "Correct that line and send it again.",
  );
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").replace(/[.:]$/, "");
}
