// One CEL expression: read within bounds, and evaluated to a yes, a no, or a reason why neither. The home of the CEL library.
import { type CelInput, celEnv, isCelError, parse, plan } from "@bufbuild/cel";
import { RE2JS } from "re2js";

export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;
export type Values = Readonly<Record<string, CelInput>>;

export interface Expression {
  readonly root: Expr;
  readonly nodes: number;
  /** Searches by a pattern. */
  readonly searches: number;
  /** How deep macros such as `exists` stand in one another. */
  readonly loops: number;
  /** Names that it reads, those of its own macros too. */
  readonly names: ReadonlySet<string>;
  readonly evaluate: (values: Values) => Outcome;
}

export type Outcome = boolean | { readonly failed: string };
export type ReadExpression =
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "bad"; readonly says: string };

/** What nobody can read at a glance is several rules. They bound the time that reading takes, too (T18). */
export const longestExpression = 500;
const mostNodes = 300;
const deepest = 40;
const mostLoops = 2;
/** Parentheses, brackets and braces within one another: the parser goes down once for each. */
const deepestNesting = 32;

const known = new Map<string, ReadExpression>();

/** Read once and kept: a policy asks the same expressions at each decision. */
export function readExpression(text: string): ReadExpression {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  if (known.size >= 1_000) known.clear();
  const read = readAnew(text);
  known.set(text, read);
  return read;
}

function readAnew(text: string): ReadExpression {
  if (text.length > longestExpression)
    return bad(`it has ${text.length} characters; write at most ${longestExpression}, or several rules`);
  if (nesting(text) > deepestNesting) return bad(`its parentheses are more than ${deepestNesting} deep`);
  try {
    const root = parse(text).expr;
    if (root === undefined) return bad("it is empty");
    const size = measure(root);
    if (size.nodes > mostNodes) return bad(`it has more than ${mostNodes} parts; write several rules`);
    if (size.depth > deepest) return bad(`it is more than ${deepest} levels deep; write several rules`);
    if (size.loops > mostLoops) return bad(`more than ${mostLoops} of exists, all, filter and map are in one another`);
    const planned = plan(environment, withKnownFields(root));
    return {
      kind: "expression",
      expression: { root, ...size, evaluate: (values) => outcomeOf(() => planned(values as Record<string, CelInput>)) },
    };
  } catch (error) {
    return bad(saysOf(error));
  }
}

/**
 * `has()` of a field that is not known would say no, and set free whom the field restricts: it is asked as `x.f == x.f`, which
 * fails without the field. Only of maps, whose keys others choose, it says whether there is one.
 */
function withKnownFields(expr: Expr): Expr {
  const { exprKind } = expr;
  if (exprKind.case === "selectExpr" && exprKind.value.testOnly && !isMap(exprKind.value.operand)) {
    const field: Expr = { ...expr, exprKind: { ...exprKind, value: { ...exprKind.value, testOnly: false } } };
    const equality = parse("a == a").expr;
    if (equality?.exprKind.case !== "callExpr") throw new Error("an equality is a call");
    return {
      ...equality,
      exprKind: { ...equality.exprKind, value: { ...equality.exprKind.value, args: [field, field] } },
    };
  }
  return withParts(expr, withKnownFields);
}

/** `args`, and the labels of a place. */
function isMap(operand: Expr | undefined): boolean {
  if (operand?.exprKind.case === "identExpr") return operand.exprKind.value.name === "args";
  return operand?.exprKind.case === "selectExpr" && operand.exprKind.value.field === "labels";
}

/** Of an expression that names nothing: what it gives always. */
export function evaluateAlone(expr: Expr): Outcome {
  return outcomeOf(() => plan(environment, expr)({}));
}

export function namesOf(expr: Expr): ReadonlySet<string> {
  return measure(expr).names;
}

function bad(says: string): ReadExpression {
  return { kind: "bad", says };
}

/** RE2 in place of the library's own engine: linear, and the one that all other patterns here use (T18). */
const environment = celEnv({
  re2: {
    compile(pattern) {
      const compiled = RE2JS.compile(pattern);
      return { test: (text) => compiled.matcher(text).find() };
    },
  },
});

function outcomeOf(evaluate: () => unknown): Outcome {
  try {
    const value = evaluate();
    if (typeof value === "boolean") return value;
    return { failed: isCelError(value) ? saysOf(value) : "it gives neither true nor false" };
  } catch (error) {
    return { failed: saysOf(error) };
  }
}

function saysOf(error: unknown): string {
  const says = error instanceof Error ? error.message : String(error);
  return (says.split("\n")[0] ?? "").replace(/^<input>:\d+:/, "column ").slice(0, 200);
}

function nesting(text: string): number {
  let [depth, most] = [0, 0];
  for (const sign of text) {
    if ("([{".includes(sign)) most = Math.max(most, ++depth);
    else if (")]}".includes(sign)) depth -= 1;
  }
  return most;
}

interface Size {
  readonly nodes: number;
  readonly searches: number;
  readonly depth: number;
  readonly loops: number;
  readonly names: ReadonlySet<string>;
}

function measure(expr: Expr): Size {
  const parts = partsOf(expr).map(measure);
  const name = expr.exprKind.case === "identExpr" ? [expr.exprKind.value.name] : [];
  const isSearch = expr.exprKind.case === "callExpr" && expr.exprKind.value.function === "matches";
  const isLoop = expr.exprKind.case === "comprehensionExpr";
  return {
    nodes: parts.reduce((sum, part) => sum + part.nodes, 1),
    searches: parts.reduce((sum, part) => sum + part.searches, isSearch ? 1 : 0),
    depth: Math.max(0, ...parts.map((part) => part.depth)) + 1,
    loops: Math.max(0, ...parts.map((part) => part.loops)) + (isLoop ? 1 : 0),
    names: new Set([...name, ...parts.flatMap((part) => [...part.names])]),
  };
}

/** The expressions that one is made of. */
export function partsOf({ exprKind }: Expr): readonly Expr[] {
  switch (exprKind.case) {
    case "selectExpr":
      return given(exprKind.value.operand);
    case "callExpr":
      return given(exprKind.value.target, ...exprKind.value.args);
    case "listExpr":
      return exprKind.value.elements;
    case "structExpr":
      return exprKind.value.entries.flatMap((entry) =>
        given(entry.keyKind.case === "mapKey" ? entry.keyKind.value : undefined, entry.value),
      );
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return given(iterRange, accuInit, loopCondition, loopStep, result);
    }
    default:
      return [];
  }
}

function given(...parts: readonly (Expr | undefined)[]): readonly Expr[] {
  return parts.filter((part) => part !== undefined);
}

/** The same expression made of other parts. */
function withParts(expr: Expr, made: (part: Expr) => Expr): Expr {
  const { exprKind } = expr;
  const each = (part: Expr | undefined): { readonly of?: Expr } => (part === undefined ? {} : { of: made(part) });
  switch (exprKind.case) {
    case "selectExpr": {
      const { of } = each(exprKind.value.operand);
      return of === undefined
        ? expr
        : { ...expr, exprKind: { ...exprKind, value: { ...exprKind.value, operand: of } } };
    }
    case "callExpr": {
      const { value } = exprKind;
      const { of: target } = each(value.target);
      const args = value.args.map(made);
      return {
        ...expr,
        exprKind: { ...exprKind, value: { ...value, args, ...(target === undefined ? {} : { target }) } },
      };
    }
    case "listExpr":
      return {
        ...expr,
        exprKind: { ...exprKind, value: { ...exprKind.value, elements: exprKind.value.elements.map(made) } },
      };
    case "comprehensionExpr": {
      const { value } = exprKind;
      const parts = ["iterRange", "accuInit", "loopCondition", "loopStep", "result"] as const;
      const changed = Object.fromEntries(
        parts.flatMap((name) => (value[name] === undefined ? [] : [[name, made(value[name])]])),
      );
      return { ...expr, exprKind: { ...exprKind, value: { ...value, ...changed } } };
    }
    default:
      return expr;
  }
}
