// A decision's tree of reasons as lines of text, for `why`.
import type { Because, Decision } from "../core/policy.ts";
import { needWords } from "./needed.ts";

export interface ExplainOptions {
  /** Whether rules that do not match are shown with the condition that failed. */
  readonly rules: "all" | "deciding";
}

/**
 * Plain text, one line per node, indented by two spaces a level. The decision comes first, then the rules that match, then those
 * that do not, each with what failed alone: in a long policy that is what people look for.
 */
export function explain(decision: Decision, options: ExplainOptions = { rules: "all" }): readonly string[] {
  const matching = decision.because.filter((node) => node.holds);
  const others = options.rules === "all" ? decision.because.filter((node) => !node.holds) : [];
  return [headline(decision), ...[...matching, ...others.map(failing)].flatMap((node) => linesOf(node, 0))];
}

/** A rule that matches and is replaced, or nowhere fails for one reason, keeps all of its conditions. */
function failing(node: Because): Because {
  const failed = node.of.filter((inner) => !inner.holds);
  return failed.length === 0 ? node : { ...node, of: failed.map(failing) };
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
