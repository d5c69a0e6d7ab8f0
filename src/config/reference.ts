// The reference page of the configuration, generated from its schema.
import { configSchema } from "./schema.ts";
import type { Schema } from "./schema-parts.ts";

/** The whole of docs/reference/config.md. */
export function configReference(): string {
  const lines = [
    "# Configuration",
    "",
    "Generated from `src/config/schema.ts`. `countersign.example.yaml` is a whole configuration with comments.",
    "Where a list of names is asked for, one name alone will do. Durations are written as `90s`, `15m`, `2h` or `3d`.",
    "",
    ...section("The file", "", configSchema),
    ...section("A needed approval", "all[], any[]", configSchema.$defs?.need ?? {}),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function section(title: string, path: string, schema: Schema): readonly string[] {
  const properties = Object.entries(schema.properties ?? {});
  const rows = properties.map(([key, value]) => row(key, value, schema.required?.includes(key) === true));
  return [
    `## ${title}`,
    "",
    ...(schema.description === undefined ? [] : [schema.description, ""]),
    "| key | | value | default | meaning |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    ...properties.flatMap(([key, value]) => inner(path === "" ? key : `${path}.${key}`, value)),
  ];
}

function inner(path: string, schema: Schema): readonly string[] {
  if (schema.properties !== undefined) return section(`\`${path}\``, path, schema);
  if (schema.items?.properties !== undefined) return section(`\`${path}[]\``, `${path}[]`, schema.items);
  return [];
}

function row(key: string, schema: Schema, isRequired: boolean): string {
  const standard = schema.default === undefined ? "" : `\`${String(schema.default)}\``;
  const cells = [`\`${key}\``, isRequired ? "needed" : "", valueWords(schema), standard, schema.description ?? ""];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function valueWords(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.items?.enum !== undefined) return `list of ${valueWords(schema.items)}`;
  if (schema.items?.$ref !== undefined) return "list of needed approvals";
  if (schema.if !== undefined) return "`optional`, `required`, or a map of `pattern` and `example`";
  const example = schema.examples?.[0];
  if (example !== undefined) return `such as \`${String(example)}\``;
  const bounds = schema.minimum === undefined ? "" : ` from ${schema.minimum} to ${schema.maximum ?? "any"}`;
  const type = Array.isArray(schema.type) ? "list of names" : (typeWords[String(schema.type)] ?? String(schema.type));
  return `${type}${bounds}`;
}

const typeWords: Readonly<Record<string, string>> = {
  array: "list",
  object: "map",
  string: "text",
  integer: "number",
  boolean: "`true` or `false`",
};
