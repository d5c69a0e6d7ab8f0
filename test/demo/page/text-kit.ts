// What the tests of the page's text formats share: a fixed clock, and walks over a tree.
import type { TextNode } from "../../../demo/slack/page/text/tree.d.ts";

export const clock = { nowMs: Date.UTC(2026, 10, 21, 12, 0, 0), timeZone: "UTC", locale: "en-US" };

/** Every node of the tree, parents before children. */
export function allNodes(nodes: readonly TextNode[]): TextNode[] {
  return nodes.flatMap((node) => [node, ...childrenOf(node)]);
}

function childrenOf(node: TextNode): TextNode[] {
  if (node.kind === "table") return node.rows.flatMap((row) => row.flatMap(allNodes));
  return "children" in node ? allNodes(node.children) : [];
}

/** Where one could be led: the addresses of links and dates. */
export function addresses(nodes: readonly TextNode[]): string[] {
  return allNodes(nodes).flatMap((node) => ("href" in node && node.href !== null ? [node.href] : []));
}

/** The characters a reader sees. */
export function seen(nodes: readonly TextNode[]): string {
  return allNodes(nodes)
    .map((node) => ("text" in node ? node.text : node.kind === "break" ? "\n" : ""))
    .join("");
}
