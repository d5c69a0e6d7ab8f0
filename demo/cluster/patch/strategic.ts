// Strategic merge patch: apimachinery's pkg/util/strategicpatch/patch.go, by the merge keys of the built-in types.
import { asList, asObjects, canonicalText, equal, isObject, type Json, type JsonObject } from "../json.ts";
import type { Field, Struct, Type } from "../schema/types.ts";
import { badRequest } from "../status.ts";

const DELETE_FROM = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";

/** What `$patch` and its companions ask for is done; the answer holds none of them. */
export function strategicPatch(target: JsonObject, patch: JsonObject, type: Struct): JsonObject {
  return mergeObjects(target, patch, type);
}

function fieldOf(type: Type, name: string): Field | undefined {
  return type.kind === "struct" ? type.fields.get(name) : undefined;
}

function memberType(type: Type, name: string): Type {
  if (type.kind === "map") return type.element;
  return fieldOf(type, name)?.type ?? { kind: "any", granular: true };
}

function mergeObjects(target: JsonObject, patch: JsonObject, type: Type): JsonObject {
  const directive = patch.$patch;
  if (directive === "replace") return cleaned(patch);
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge")
    throw badRequest(`Unrecognized patch directive: ${String(directive)}`);
  const out = retained(target, patch);
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined || name.startsWith("$")) continue;
    if (value === null) delete out[name];
    else
      out[name] = mergeMember(out[name], value, {
        type: memberType(type, name),
        field: fieldOf(type, name),
        patch,
        name,
      });
  }
  for (const [name, value] of Object.entries(patch))
    if (name.startsWith(DELETE_FROM)) {
      const list = name.slice(DELETE_FROM.length);
      out[list] = asList(out[list]).filter((item) => !asList(value).some((gone) => equal(item, gone)));
    }
  return out;
}

/** `$retainKeys` drops every member it does not list. */
function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch.$retainKeys;
  if (!Array.isArray(keys)) return { ...target };
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

interface Member {
  readonly type: Type;
  readonly field: Field | undefined;
  readonly patch: JsonObject;
  readonly name: string;
}

function mergeMember(live: Json | undefined, value: Json, { type, field, patch, name }: Member): Json {
  if (isObject(value)) return mergeObjects(isObject(live) ? live : {}, value, type);
  if (!Array.isArray(value) || field?.patch.merge !== true || type.kind !== "list") return cleaned(value);
  const order = patch[`${ORDER}${name}`];
  const list = { element: type.element, key: field.patch.key, order: Array.isArray(order) ? order : undefined };
  return field.patch.key === "" ? mergeScalars(asList(live), value) : mergeItems(asList(live), value, list);
}

function mergeScalars(live: readonly Json[], patch: readonly Json[]): Json[] {
  return [...live, ...patch.filter((item) => !live.some((one) => equal(one, item)))];
}

interface ItemList {
  readonly element: Type;
  readonly key: string;
  readonly order: readonly Json[] | undefined;
}

function mergeItems(live: readonly Json[], patch: readonly Json[], list: ItemList): Json[] {
  const items = asObjects([...patch]);
  if (items.some((item) => item.$patch === "replace" && item[list.key] === undefined))
    return items.filter((item) => item.$patch === undefined).map(cleaned);
  let out: JsonObject[] = asObjects([...live]).map((item) => ({ ...item }));
  for (const item of items) {
    const id = item[list.key];
    if (id === undefined)
      throw badRequest(`map: ${canonicalText(item)} does not contain declared merge key: ${list.key}`);
    const index = out.findIndex((one) => equal(one[list.key], id));
    if (item.$patch === "delete") out = out.filter((one) => !equal(one[list.key], id));
    else if (index < 0) out.push(mergeObjects({}, item, list.element));
    else out[index] = mergeObjects(out[index] ?? {}, item, list.element);
  }
  return list.order === undefined ? out : ordered(out, list.order, list.key);
}

function ordered(items: readonly JsonObject[], order: readonly Json[], key: string): JsonObject[] {
  const rank = (item: JsonObject): number => order.findIndex((one) => equal(isObject(one) ? one[key] : one, item[key]));
  const listed = items.filter((item) => rank(item) >= 0).sort((left, right) => rank(left) - rank(right));
  return [...listed, ...items.filter((item) => rank(item) < 0)];
}

function cleaned<T extends Json>(value: T): T {
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name, member]) => !name.startsWith("$") && member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, member === undefined ? member : cleaned(member)])) as T;
}
