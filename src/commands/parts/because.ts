// A decision's tree of reasons as lines.
import type { Because } from "../../core/policy.ts";

export function becauseLines(tree: readonly Because[], indent = ""): readonly string[] {
  return tree.flatMap((node) => [
    `${indent}${node.holds ? "✓" : "✗"} ${node.rule}${node.rule === "" ? "" : ": "}${node.says}`,
    ...becauseLines(node.of, `${indent}  `),
  ]);
}
