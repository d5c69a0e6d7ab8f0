// Tables: Slack's own table block where it is allowed and fits, columns in fixed width otherwise.
import type { TableBlock } from "@slack/types";
import { limits } from "./limits.ts";

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function fitsTableBlock(table: Table): boolean {
  const chars = [table.columns, ...table.rows].flat().reduce((sum, cell) => sum + cell.length, 0);
  return (
    table.rows.length + 1 <= limits.tableRows &&
    table.columns.length <= limits.tableColumns &&
    table.columns.length > 0 &&
    chars <= limits.tableChars
  );
}

/** Cells longer than this wrap, so that a sentence in the last column can be read on a phone. */
const wrappedFrom = 32;

/** Cells are `raw_text`, which Slack does not parse; an empty cell is shown as a dash, since empty text is refused. */
export function tableBlock(table: Table): TableBlock {
  const row = (cells: readonly string[]): TableBlock["rows"][number] =>
    table.columns.map((_, index) => ({ type: "raw_text", text: cells[index] || "–" }));
  const longest = (index: number) => Math.max(0, ...table.rows.map((cells) => cells[index]?.length ?? 0));
  return {
    type: "table",
    column_settings: table.columns.map((_, index) => ({ is_wrapped: longest(index) > wrappedFrom })),
    rows: [row(table.columns), ...table.rows.map(row)],
  };
}

/** Columns padded to the same width, two spaces apart, as kubectl prints them. */
export function tableText(table: Table): string {
  const all = [table.columns, ...table.rows];
  const widths = table.columns.map((_, index) => Math.max(...all.map((row) => (row[index] ?? "").length)));
  return all
    .map((row) =>
      widths
        .map((width, index) => (row[index] ?? "").padEnd(width))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
