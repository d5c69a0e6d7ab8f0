// Reads PromQL with Prometheus's own grammar: what an expression selects and groups by, and what Prometheus would refuse of it.
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** One selector of series. */
export interface Selected {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
  /** The function that it is handed to, or null. */
  readonly within: string | null;
  readonly isRange: boolean;
  /** Labels that an aggregation around it keeps; null where none does. */
  readonly groupedBy: readonly string[] | null;
}

export interface Promql {
  readonly selected: readonly Selected[];
  /** Sentences; an expression with any is none. */
  readonly wrong: readonly string[];
}

/** Source: prometheus/promql/parser/functions.go, those whose argument is a range vector. */
const overRanges = /^(rate|irate|increase|delta|idelta|deriv|changes|resets|predict_linear|\w+_over_time)$/;

export function readPromql(expr: string): Promql {
  const textOf = (node: SyntaxNode): string => expr.slice(node.from, node.to);
  const unread: string[] = [];
  const wrong: string[] = [];
  const selected: Selected[] = [];
  parser.parse(expr).iterate({
    enter: ({ node }) => {
      if (node.type.isError) unread.push(`cannot be read from “${expr.slice(node.from, node.from + 20)}” on`);
      if (node.name === "FunctionCall") wrong.push(...wrongCall(node, textOf));
      if (node.name === "VectorSelector") selected.push(selectedBy(node, textOf));
    },
  });
  // What follows the first is guessed around it.
  return { selected, wrong: unread.length > 0 ? unread.slice(0, 1) : wrong };
}

type TextOf = (node: SyntaxNode) => string;

function wrongCall(call: SyntaxNode, textOf: TextOf): readonly string[] {
  const name = nameOf(call, textOf);
  const given = call.getChild("FunctionCallBody")?.getChildren("Expr") ?? [];
  const ranges = given.filter((one) => one.name === "MatrixSelector" || one.name === "SubqueryExpr").length;
  if (overRanges.test(name) && ranges !== 1) return [`${name} takes a range such as [5m]`];
  return !overRanges.test(name) && ranges > 0 ? [`${name} takes no range`] : [];
}

function nameOf(call: SyntaxNode, textOf: TextOf): string {
  const named = call.getChild("FunctionIdentifier");
  return named === null ? "" : textOf(named);
}

function selectedBy(node: SyntaxNode, textOf: TextOf): Selected {
  const name = node.getChild("Identifier");
  const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  const around = ancestors(node);
  const call = around.find((one) => one.name === "FunctionCall");
  const grouping = around.find((one) => one.name === "AggregateExpr")?.getChild("AggregateModifier");
  const labels = grouping?.getChild("By") ? grouping.getChild("GroupingLabels")?.getChildren("LabelName") : undefined;
  return {
    metric: name === null ? "" : textOf(name),
    matchers: matchers.map((one) => {
      const [label, value] = [one.getChild("LabelName"), one.getChild("StringLiteral")];
      return { label: label === null ? "" : textOf(label), value: value === null ? "" : textOf(value).slice(1, -1) };
    }),
    within: call === undefined ? null : nameOf(call, textOf),
    isRange: node.parent?.name === "MatrixSelector",
    groupedBy: labels?.map(textOf) ?? null,
  };
}

/** From the inside out. */
function ancestors(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let here = node.parent; here !== null; here = here.parent) found.push(here);
  return found;
}
