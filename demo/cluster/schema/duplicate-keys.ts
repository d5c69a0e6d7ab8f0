// Finds the keys that stand twice in one object of a JSON text, which JSON.parse passes over in silence.

interface Frame {
  readonly path: string;
  readonly keys: Set<string>;
  /** The index in an array; undefined in an object. */
  index: number | undefined;
  key: string;
}

/** The paths of duplicate keys, `spec.replicas`; the text must be valid JSON. */
export function duplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  const frames: Frame[] = [];
  let expectsKey = false;
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  for (const [token] of text.matchAll(tokens)) {
    const top = frames.at(-1);
    if (token === "{" || token === "[") {
      frames.push({ path: pathIn(top), keys: new Set(), index: token === "[" ? 0 : undefined, key: "" });
      expectsKey = token === "{";
    } else if (token === "}" || token === "]") {
      frames.pop();
      expectsKey = false;
    } else if (token === ",") {
      if (top?.index !== undefined) top.index += 1;
      expectsKey = top !== undefined && top.index === undefined;
    } else if (token === ":") {
      expectsKey = false;
    } else if (expectsKey && top !== undefined) {
      top.key = String(JSON.parse(token));
      if (top.keys.has(top.key)) found.push(pathIn(top));
      top.keys.add(top.key);
      expectsKey = false;
    }
  }
  return found;
}

function pathIn(frame: Frame | undefined): string {
  if (frame === undefined) return "";
  if (frame.index !== undefined) return `${frame.path}[${frame.index}]`;
  return frame.path === "" ? frame.key : `${frame.path}.${frame.key}`;
}
