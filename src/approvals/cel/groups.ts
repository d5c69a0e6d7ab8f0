// What an expression looks for of the asker, so that not to know it is not taken for its not being so.
import { type Expr, partsOf, readExpression } from "./expression.ts";
import { constantTexts } from "./type-check.ts";

/** null when it may look for any of them: it goes through the list, counts it, or cannot be read. */
export function groupsAskedIn(text: string): readonly string[] | null {
  return askedOf("groups", text);
}

/** The same of the schedules that the asker is on shift of. */
export function schedulesAskedIn(text: string): readonly string[] | null {
  return askedOf("onCall", text);
}

/** Whether it takes the asker's subject for more than being there or not: compared with anything but the empty text. */
export function looksAtSubject(text: string): boolean {
  const read = readExpression(text);
  return read.kind === "bad" || looksAt(read.expression.root);
}

type ListField = "groups" | "onCall";

function askedOf(field: ListField, text: string): readonly string[] | null {
  const read = readExpression(text);
  return read.kind === "bad" ? null : askedIn(field, read.expression.root);
}

function askedIn(field: ListField, expr: Expr): readonly string[] | null {
  const { exprKind } = expr;
  if (exprKind.case === "callExpr" && exprKind.value.function === "@in") {
    const [item, list] = exprKind.value.args;
    if (item !== undefined && list !== undefined && isField(list, field) && item.exprKind.case === "constExpr")
      return constantTexts(item);
  }
  // `who` as a whole can be handed on, so only a field of it that is not this list is harmless.
  if (isWho(expr)) return null;
  if (isField(expr)) return isField(expr, field) ? null : [];
  const parts = partsOf(expr).map((part) => askedIn(field, part));
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

function looksAt(expr: Expr): boolean {
  const { exprKind } = expr;
  if (exprKind.case === "callExpr" && (exprKind.value.function === "_==_" || exprKind.value.function === "_!=_")) {
    const others = exprKind.value.args.filter((part) => !isField(part, "subject"));
    const [other] = others;
    if (others.length === 1 && other !== undefined && constantTexts(other).join() === "" && isConstant(other))
      return false;
  }
  if (isWho(expr)) return true;
  if (isField(expr)) return isField(expr, "subject");
  return partsOf(expr).some(looksAt);
}

function isConstant({ exprKind }: Expr): boolean {
  return exprKind.case === "constExpr";
}

function isWho({ exprKind }: Expr): boolean {
  return exprKind.case === "identExpr" && exprKind.value.name === "who";
}

/** Without a name: any field of the asker. */
function isField({ exprKind }: Expr, name?: string): boolean {
  if (exprKind.case !== "selectExpr") return false;
  const { operand, field } = exprKind.value;
  return operand !== undefined && isWho(operand) && (name === undefined || field === name);
}
