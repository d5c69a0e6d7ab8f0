// The same schema with what stands in it several times written once: a validator of it is compiled in a fraction of the time.
import type { Schema } from "./schema-parts.ts";

/** Smaller ones are as well compiled where they stand. */
const worthSharing = 60;

/** Descriptions are for readers: without them many parts are the same. What else errors show stays, such as examples. */
export function sharedSchema(schema: Schema): Schema {
  const counts = new Map<string, number>();
  const count = (part: Schema): Schema => {
    const bare = mapped(part, count);
    const text = JSON.stringify(bare);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return bare;
  };
  const whole = count(schema);
  const names = new Map<string, string>();
  const shared: Record<string, Schema> = {};
  const share = (part: Schema): Schema => {
    const text = JSON.stringify(part);
    if (text.length < worthSharing || (counts.get(text) ?? 0) < 2) return mapped(part, share);
    const name = names.get(text) ?? `shared-${names.size}`;
    if (!names.has(text)) {
      names.set(text, name);
      shared[name] = mapped(part, share);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const made = mapped(whole, share);
  return { ...made, $defs: { ...made.$defs, ...shared } };
}

/** Without its description, and with `change` made to each schema in it. */
function mapped({ description: _, ...schema }: Schema, change: (part: Schema) => Schema): Schema {
  const { properties, items, additionalProperties, if: condition, else: otherwise, $defs } = schema;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: each(properties, change) }),
    ...(items === undefined ? {} : { items: change(items) }),
    ...(typeof additionalProperties === "object" ? { additionalProperties: change(additionalProperties) } : {}),
    ...(condition === undefined ? {} : { if: change(condition) }),
    ...(otherwise === undefined ? {} : { else: change(otherwise) }),
    ...($defs === undefined ? {} : { $defs: each($defs, change) }),
  };
}

function each(parts: Readonly<Record<string, Schema>>, change: (part: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part)]));
}
