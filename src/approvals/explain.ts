// A decision's tree of reasons as lines of text, for `why`.
import type { Because, Decision } from "../core/policy.ts";
import { needWords } from "./needed.ts";

export interface ExplainOptions {
  /** Whether rules that do not match are shown with the condition that failed. */
  readonly rules: "all" | "deciding";
}

/** Plain text, one line per node, indented by two spaces a level; the decision comes first. */
export function explain(decision: Decision, options: ExplainOptions = { rules: "all" }): readonly string[] {
  const nodes = options.rules === "all" ? decision.because : decision.because.filter((node) => node.holds);
  return [headline(decision), ...nodes.flatMap((node) => linesOf(node, 0))];
}

export function headline(decision: Decision): string {
  switch (decision.kind) {
    case "allow":
      return decision.rules.length === 0 ? "Allowed: everybody may." : `Allowed by ${decision.rules.join(", ")}.`;
    case "deny":
      return decision.rule === "" ? `Refused: ${decision.reason}` : `Refused by ${decision.rule}: ${decision.reason}`;
    case "approvals":
      return `Needs ${needWords(decision.requirement.need)} by ${decision.rules.join(", ")}.`;
    default:
      return decision satisfies never;
  }
}

function linesOf(node: Because, depth: number): readonly string[] {
  const mark = node.holds ? "✓" : "✗";
  const name = depth === 0 ? `${node.rule} ` : "";
  const line = `${"  ".repeat(depth)}${mark} ${name}${node.says}`;
  return [line, ...node.of.flatMap((inner) => linesOf(inner, depth + 1))];
}
