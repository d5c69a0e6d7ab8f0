// Is an expression right before anything is known? Names, fields, types and words are checked when the policy is loaded.
import { compilePattern } from "../reason.ts";
import type { Expr } from "./expression.ts";
import { callType } from "./functions.ts";
import { bool, type CelType, type Domain, declared, fitTogether, int, listOf, open, text, typeWords } from "./types.ts";

export interface TypeProblem {
  readonly says: string;
  readonly came?: string;
  readonly known?: readonly string[];
}

/** A word that an expression compares with something out of a known list. */
export interface AskedWord {
  readonly domain: Domain;
  readonly word: string;
}

export interface TypeChecked {
  readonly problems: readonly TypeProblem[];
  readonly asked: readonly AskedWord[];
}

export interface Checking {
  readonly scope: Readonly<Record<string, CelType>>;
  readonly problem: (says: string, came?: string, known?: readonly string[]) => CelType;
  readonly ask: (domain: Domain, of: Expr | undefined) => void;
}

/** The library checks no types: an expression it would only refuse while somebody waits is refused here (R15). */
export function typeCheck(root: Expr): TypeChecked {
  const problems: TypeProblem[] = [];
  const asked: AskedWord[] = [];
  const checking: Checking = {
    scope: declared,
    problem(says, came, known) {
      problems.push({ says, ...(came === undefined ? {} : { came }), ...(known === undefined ? {} : { known }) });
      return open;
    },
    ask(domain, of) {
      for (const word of of === undefined ? [] : constantTexts(of)) asked.push({ domain, word });
    },
  };
  const type = typeOf(root, checking);
  if (type.kind !== "bool" && type.kind !== "open")
    checking.problem(`it gives ${typeWords(type)}, but true or false is needed`);
  return { problems, asked };
}

export function typeOf(expr: Expr, checking: Checking): CelType {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "constExpr":
      return constantType(exprKind.value.constantKind.case, checking);
    case "identExpr":
      return nameType(exprKind.value.name, checking);
    case "selectExpr":
      return fieldType(exprKind.value, checking);
    case "callExpr":
      return callType(exprKind.value, checking);
    case "listExpr":
      return listType(exprKind.value.elements, checking);
    case "comprehensionExpr":
      return loopType(exprKind.value, checking);
    default:
      return checking.problem("it builds a map or a message; compare fields with values instead");
  }
}

function constantType(kind: string | undefined, { problem }: Checking): CelType {
  if (kind === "boolValue") return bool;
  if (kind === "int64Value") return int;
  if (kind === "stringValue") return text;
  return problem("it holds a value that is no text, no whole number and not true or false");
}

function nameType(name: string, { scope, problem }: Checking): CelType {
  const type = Object.hasOwn(scope, name) ? scope[name] : undefined;
  const shown = Object.keys(scope).filter((one) => !one.startsWith("@"));
  return type ?? problem(`it names “${name}”, which does not exist`, name, shown);
}

type Select = Extract<Expr["exprKind"], { case: "selectExpr" }>["value"];

function fieldType({ operand, field, testOnly }: Select, checking: Checking): CelType {
  const type = operand === undefined ? open : typeOf(operand, checking);
  if (type.kind === "open") return testOnly ? bool : open;
  if (type.kind === "map") return testOnly ? bool : text;
  if (type.kind !== "object") return checking.problem(`it asks ${typeWords(type)} for its field “${field}”`);
  const found = type.fields[field];
  if (found === undefined)
    return checking.problem(`it asks for a field “${field}” that is not there`, field, Object.keys(type.fields));
  return testOnly ? bool : found;
}

function listType(elements: readonly Expr[], checking: Checking): CelType {
  const [first, ...others] = elements.map((element) => typeOf(element, checking));
  if (first === undefined) return listOf(open);
  const odd = others.find((other) => !fitTogether(first, other));
  if (odd !== undefined) checking.problem(`its list holds both ${typeWords(first)} and ${typeWords(odd)}`);
  return listOf(first);
}

type Loop = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];

/** What `exists`, `all`, `exists_one`, `filter` and `map` are expanded to by the parser. */
function loopType({ iterRange, iterVar, accuVar, accuInit, loopStep, result }: Loop, checking: Checking): CelType {
  if (iterRange === undefined || accuInit === undefined || loopStep === undefined || result === undefined)
    return checking.problem("its loop is not whole");
  const range = typeOf(iterRange, checking);
  if (range.kind !== "list" && range.kind !== "map" && range.kind !== "open")
    return checking.problem(`it goes through ${typeWords(range)} as if it were a list`);
  const element = range.kind === "list" ? range.of : range.kind === "map" ? text : open;
  const inner = (accumulated: CelType) => ({
    ...checking,
    scope: { ...checking.scope, [iterVar]: element, [accuVar]: accumulated },
  });
  const stepped = typeOf(loopStep, inner(typeOf(accuInit, checking)));
  return typeOf(result, inner(stepped));
}

/** The texts that an expression is, written out: a word, or a list of words. */
export function constantTexts({ exprKind }: Expr): readonly string[] {
  if (exprKind.case === "listExpr") return exprKind.value.elements.flatMap(constantTexts);
  if (exprKind.case !== "constExpr" || exprKind.value.constantKind.case !== "stringValue") return [];
  return [exprKind.value.constantKind.value];
}

/** A pattern must be written out, so that it is read at load and not while somebody waits. */
export function checkPattern(pattern: Expr | undefined, { problem }: Checking): void {
  const [text] = pattern?.exprKind.case === "constExpr" ? constantTexts(pattern) : [];
  if (text === undefined) problem("the pattern of matches must be written out as a text");
  else {
    const compiled = compilePattern(text);
    if (compiled.kind === "bad") problem(`“${text}” is not a pattern in RE2 syntax: ${compiled.says}`);
  }
}
