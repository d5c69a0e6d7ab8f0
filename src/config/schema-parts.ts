// The parts that the configuration's schema is put together from.

/** A part of a JSON Schema (2020-12), as far as it is used here. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly (string | boolean)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
  readonly examples?: readonly (string | number)[];
  readonly if?: Schema;
  readonly else?: Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly $schema?: string;
  readonly title?: string;
}

export const name: Schema = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", examples: ["platform"] };
export const text: Schema = { type: "string", minLength: 1, maxLength: 500 };
export const duration: Schema = { type: "string", pattern: "^[0-9]{1,6}[smhd]$", examples: ["15m"] };
export const channel: Schema = {
  type: "string",
  pattern: "^(#[^ #,A-Z]{1,80}|[CGD][A-Z0-9]{2,})$",
  examples: ["#ops"],
};
export const file: Schema = { type: "string", minLength: 1, maxLength: 4096 };
export const clock: Schema = {
  type: "string",
  pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$",
  examples: ["18:00"],
};
export const date: Schema = {
  type: "string",
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$",
  examples: ["2026-12-23T18:00:00+01:00"],
};

export function object(
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
): Schema {
  return { description, type: "object", additionalProperties: false, properties, required };
}

export function list(description: string, items: Schema): Schema {
  return { description, type: "array", items, maxItems: 10_000 };
}

/** A list, or one value in its place. */
export function names(description: string): Schema {
  const items: Schema = { type: "string", minLength: 1, maxLength: 253 };
  return { description, type: ["array", "string"], items, minItems: 1, minLength: 1, maxItems: 10_000 };
}

export function texts(description: string, values: Schema): Schema {
  return { description, type: "object", additionalProperties: values };
}

export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}
