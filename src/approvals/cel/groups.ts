// The groups that an expression looks for among the asker's, so that not to know them is not taken for not being in them.
import { type Expr, partsOf, readExpression } from "./expression.ts";
import { constantTexts } from "./type-check.ts";

/** null when it may look for any of them: it goes through the list, counts it, or cannot be read. */
export function groupsAskedIn(text: string): readonly string[] | null {
  const read = readExpression(text);
  return read.kind === "bad" ? null : askedIn(read.expression.root);
}

function askedIn(expr: Expr): readonly string[] | null {
  const { exprKind } = expr;
  if (exprKind.case === "callExpr" && exprKind.value.function === "@in") {
    const [item, list] = exprKind.value.args;
    if (item !== undefined && list !== undefined && isGroups(list) && item.exprKind.case === "constExpr")
      return constantTexts(item);
  }
  // `who` as a whole can be handed on, so only a field of it that is no list of groups is harmless.
  if (exprKind.case === "identExpr" && exprKind.value.name === "who") return null;
  if (isField(expr, "who")) return isGroups(expr) ? null : [];
  const parts = partsOf(expr).map(askedIn);
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

function isGroups(expr: Expr): boolean {
  return isField(expr, "who") && expr.exprKind.case === "selectExpr" && expr.exprKind.value.field === "groups";
}

function isField({ exprKind }: Expr, of: string): boolean {
  if (exprKind.case !== "selectExpr") return false;
  const operand = exprKind.value.operand?.exprKind;
  return operand?.case === "identExpr" && operand.value.name === of;
}
