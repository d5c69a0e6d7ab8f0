// The configuration's YAML text: parsed strictly, with the line of every path.
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Path, Problem } from "./problem.ts";

export interface ConfigDocument {
  readonly value: unknown;
  /** The line where the value of a path stands, or of the nearest part above it that exists. */
  readonly lineOf: (path: Path) => number;
  readonly problems: readonly (Problem & { readonly line: number })[];
}

/** Warnings are problems as well: what two readers could take differently is not loaded. */
export function parseConfigText(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, version: "1.2" });
  const lineAt = (offset: number) => Math.max(lines.linePos(offset).line, 1);
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    path: [],
    line: lineAt(error.pos[0]),
    says: `This is not YAML that can be read in one way: ${(error.message.split("\n")[0] ?? "").replace(/ at line .*$/, "")}.`,
  }));
  const root = document.contents;
  return { value: jsonOf(document, problems), lineOf: (path) => lineAt(offsetOf(root, path)), problems };
}

function jsonOf(
  document: ReturnType<typeof parseDocument>,
  problems: (Problem & { readonly line: number })[],
): unknown {
  if (problems.length > 0) return null;
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    problems.push({ path: [], line: 1, says: `Its aliases cannot be resolved: ${String(error)}.` });
    return null;
  }
}

function offsetOf(root: Node | null, path: Path): number {
  let here: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isSeq(here) && typeof step === "number") here = here.items[step];
    else if (isMap(here))
      here = here.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step));
    else break;
    const spot = isPair(here) ? here.key : here;
    offset = (spot as Node | null | undefined)?.range?.[0] ?? offset;
    if (isPair(here)) here = here.value;
  }
  return offset;
}
