// Names with stars, as policies and mappings write them: linear, and never a regular expression.

/** Whether the value fits the pattern, where each `*` stands for any text, also none. Case counts. */
export function fits(pattern: string, value: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return pattern === value;
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
  let from = first.length;
  const end = value.length - last.length;
  for (const part of parts) {
    const found = value.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

export function fitsAny(patterns: readonly string[], value: string): boolean {
  return patterns.some((pattern) => fits(pattern, value));
}

/** Whether every value that fits `inner` also fits `outer`; false where that cannot be seen easily. */
export function covers(outer: string, inner: string): boolean {
  if (outer === inner || outer === "*") return true;
  return inner.includes("*") ? prefixCovers(outer, inner) : fits(outer, inner);
}

function prefixCovers(outer: string, inner: string): boolean {
  const isPrefix = (pattern: string) => pattern.endsWith("*") && pattern.indexOf("*") === pattern.length - 1;
  return isPrefix(outer) && isPrefix(inner) && inner.slice(0, -1).startsWith(outer.slice(0, -1));
}
