// The operators and functions of conditions, with the types they take: a part of CEL's standard definitions.
import type { Expr } from "./expression.ts";
import { type Checking, checkPattern, typeOf } from "./type-check.ts";
import { bool, type CelType, fitTogether, int, listOf, open, text, typeWords } from "./types.ts";

type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];
type Kind = CelType["kind"];

interface Taken {
  readonly types: readonly CelType[];
  readonly exprs: readonly Expr[];
  readonly checking: Checking;
}

/** What takes fixed kinds: each list is one way to call it. The target of a method is its first. */
const simple: Readonly<Record<string, { readonly takes: readonly (readonly Kind[])[]; readonly gives: CelType }>> =
  Object.assign(Object.create(null) as Record<string, never>, {
    "_&&_": { takes: [["bool", "bool"]], gives: bool },
    "_||_": { takes: [["bool", "bool"]], gives: bool },
    "!_": { takes: [["bool"]], gives: bool },
    "@not_strictly_false": { takes: [["bool"]], gives: bool },
    ...Object.fromEntries(
      ["_<_", "_<=_", "_>_", "_>=_"].map((name) => [
        name,
        {
          takes: [
            ["int", "int"],
            ["text", "text"],
          ],
          gives: bool,
        },
      ]),
    ),
    ...Object.fromEntries(["_-_", "_*_", "_/_", "_%_"].map((name) => [name, { takes: [["int", "int"]], gives: int }])),
    "-_": { takes: [["int"]], gives: int },
    size: { takes: [["text"], ["list"], ["map"]], gives: int },
    startsWith: { takes: [["text", "text"]], gives: bool },
    endsWith: { takes: [["text", "text"]], gives: bool },
    contains: { takes: [["text", "text"]], gives: bool },
    matches: { takes: [["text", "text"]], gives: bool },
    int: { takes: [["text"], ["int"]], gives: int },
    string: { takes: [["int"], ["text"], ["bool"]], gives: text },
  });

const others: Readonly<Record<string, (taken: Taken) => CelType>> = Object.assign(
  Object.create(null) as Record<string, never>,
  { "_==_": compared, "_!=_": compared, "@in": contained, "_[_]": picked, "_+_": added, "_?_:_": chosen },
);

/** For people: without the signs of the parser. */
const names = [...Object.keys(simple), ...Object.keys(others)].filter((name) => /^[a-zA-Z]+$/.test(name));

export function callType({ function: name, target, args }: Call, checking: Checking): CelType {
  const exprs = target === undefined ? args : [target, ...args];
  const types = exprs.map((expr) => typeOf(expr, checking));
  const special = others[name];
  if (special !== undefined) return special({ types, exprs, checking });
  const known = simple[name];
  if (known === undefined) return checking.problem(`it calls “${name}”, which does not exist`, name, names);
  if (name === "matches") checkPattern(exprs[1], checking);
  const fits = known.takes.some(
    (kinds) => kinds.length === types.length && kinds.every((kind, index) => isKind(types[index] ?? open, kind)),
  );
  if (fits) return known.gives;
  const given = types.map(typeWords).join(" and ");
  checking.problem(`${shown(name)} cannot take ${given || "nothing"}`);
  return known.gives;
}

function isKind(type: CelType, kind: Kind): boolean {
  return type.kind === "open" || type.kind === kind;
}

/** `_&&_` is `&&` to people. */
function shown(name: string): string {
  return `“${name.replace(/^_|_$/g, "").replace("@", "")}”`;
}

function compared({ types: [a = open, b = open], exprs, checking }: Taken): CelType {
  if (!fitTogether(a, b)) checking.problem(`it compares ${typeWords(a)} with ${typeWords(b)}, which are never equal`);
  askFor(a, exprs[1], checking);
  askFor(b, exprs[0], checking);
  return bool;
}

function contained({ types: [item = open, list = open], exprs, checking }: Taken): CelType {
  if (list.kind === "list") {
    if (!fitTogether(item, list.of)) checking.problem(`it looks for ${typeWords(item)} in a list that never holds one`);
    askFor(item, exprs[1], checking);
    askFor(list.of, exprs[0], checking);
  } else if (!isKind(list, "map") || !isKind(item, "text"))
    checking.problem(`“in” cannot look for ${typeWords(item)} in ${typeWords(list)}`);
  return bool;
}

function askFor(type: CelType, constants: Expr | undefined, { ask }: Checking): void {
  if (type.kind === "text" && type.domain !== undefined) ask(type.domain, constants);
}

function picked({ types: [from = open, by = open], checking }: Taken): CelType {
  if (from.kind === "open") return open;
  if (from.kind === "list" && isKind(by, "int")) return from.of;
  if (from.kind === "map" && isKind(by, "text")) return text;
  return checking.problem(`“[]” cannot pick by ${typeWords(by)} from ${typeWords(from)}`);
}

function added({ types: [a = open, b = open], checking }: Taken): CelType {
  if (a.kind === "list" && b.kind === "list" && fitTogether(a, b)) return listOf(a.of.kind === "open" ? b.of : a.of);
  if (isKind(a, "int") && isKind(b, "int")) return a.kind === "open" ? b : int;
  if (isKind(a, "text") && isKind(b, "text")) return text;
  if (a.kind === "open" || b.kind === "open") return open;
  return checking.problem(`“+” cannot take ${typeWords(a)} and ${typeWords(b)}`);
}

function chosen({ types: [asked = open, a = open, b = open], checking }: Taken): CelType {
  if (!isKind(asked, "bool")) checking.problem(`“?” asks ${typeWords(asked)}, but true or false is needed`);
  if (!fitTogether(a, b)) checking.problem(`“?” gives either ${typeWords(a)} or ${typeWords(b)}`);
  return a.kind === "open" || (a.kind === "list" && a.of.kind === "open") ? b : a;
}
