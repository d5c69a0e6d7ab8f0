// What an expression gives whatever is asked, where that can be seen.
import { type Expr, evaluateAlone, namesOf } from "./expression.ts";

/** null where it depends on the question, or cannot be seen easily. */
export function alwaysGives(expr: Expr): boolean | null {
  if (namesOf(expr).size === 0) {
    const alone = evaluateAlone(expr);
    return typeof alone === "boolean" ? alone : null;
  }
  if (expr.exprKind.case !== "callExpr") return null;
  const { function: name, args } = expr.exprKind.value;
  if (name !== "_&&_" && name !== "_||_") return null;
  const parts = args.map(alwaysGives);
  const decides = name === "_||_";
  if (parts.includes(decides)) return decides;
  return parts.every((part) => part === !decides) ? !decides : null;
}
