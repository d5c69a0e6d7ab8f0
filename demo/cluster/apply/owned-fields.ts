// Which fields a value has, and which fields two values differ in: the walkers of structured-merge-diff's typed package.
import { asList, equal, isObject, type Json } from "../json.ts";
import type { Type } from "../schema/types.ts";
import { emptySet, type FieldPath, type FieldSet, hasMember, insert } from "./field-set.ts";
import { fieldElement, shapeOf } from "./shape.ts";

/** Every field that the value sets (typed/tofieldset.go). */
export function fieldsOf(value: Json, type: Type): FieldSet {
  const set = emptySet();
  collect(set, value, type, []);
  return set;
}

function collect(set: FieldSet, value: Json, type: Type, path: FieldPath): void {
  const shape = shapeOf(type, value);
  if (shape.kind === "leaf") {
    if (path.length > 0) insert(set, path);
    return;
  }
  if (shape.kind === "list") {
    for (const item of asList(value)) {
      const here = [...path, shape.elementOf(item)];
      collect(set, item, shape.element, here);
      insert(set, here);
    }
    return;
  }
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const here = [...path, fieldElement(name)];
    collect(set, member, shape.typeOf(name), here);
    const isHollow = member === null || (isObject(member) && Object.keys(member).length === 0);
    if (isHollow || !shape.isField(name)) insert(set, here);
  }
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What was added, changed and taken away between two values of a type (typed/compare.go). */
export function compare(before: Json, after: Json, type: Type): Comparison {
  const comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  walk(comparison, { before, after }, type, []);
  return comparison;
}

interface Pair {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

const size = (value: Json | undefined): number =>
  Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : 0;

function walk(found: Comparison, pair: Pair, type: Type, path: FieldPath): void {
  const { before, after } = pair;
  const shape = shapeOf(type, after ?? before);
  const isLeaf = shape.kind === "leaf" || (size(before) === 0 && size(after) === 0);
  if (isLeaf) {
    if (path.length === 0) return;
    if (before === undefined) insert(found.added, path);
    else if (after === undefined) insert(found.removed, path);
    else if (!equal(before, after)) insert(found.modified, path);
    return;
  }
  if (shape.kind === "list") {
    const left = new Map(asList(before).map((item) => [shape.elementOf(item), item]));
    const right = new Map(asList(after).map((item) => [shape.elementOf(item), item]));
    for (const element of new Set([...left.keys(), ...right.keys()]))
      walk(found, { before: left.get(element), after: right.get(element) }, shape.element, [...path, element]);
  } else {
    const left = isObject(before) ? before : {};
    const right = isObject(after) ? after : {};
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (left[name] === undefined && right[name] === undefined) continue;
      walk(found, { before: left[name], after: right[name] }, shape.typeOf(name), [...path, fieldElement(name)]);
    }
  }
  if (path.length === 0) return;
  if (before === undefined) insert(found.added, path);
  else if (after === undefined) insert(found.removed, path);
}

/** The value without the given fields; containers that become empty go too (typed/remove.go). */
export function removeFields(value: Json, fields: FieldSet, type: Type): Json | undefined {
  const shape = shapeOf(type, value);
  if (shape.kind === "leaf")
    return type.kind === "scalar" || (!Array.isArray(value) && !isObject(value)) ? value : undefined;
  if (shape.kind === "list") {
    const kept: Json[] = [];
    for (const item of asList(value)) {
      const element = shape.elementOf(item);
      if (hasMember(fields, element)) continue;
      const rest = fields.get(element)?.below;
      const left = rest === undefined || rest.size === 0 ? item : removeFields(item, rest, shape.element);
      kept.push(left ?? null);
    }
    return kept.length > 0 ? kept : undefined;
  }
  if (!isObject(value)) return value;
  const out: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(value)) {
    const element = fieldElement(name);
    if (member === undefined || hasMember(fields, element)) continue;
    const rest = fields.get(element)?.below;
    const left = rest === undefined || rest.size === 0 ? member : removeFields(member, rest, shape.typeOf(name));
    out[name] = left ?? null;
  }
  return Object.keys(out).length > 0 ? out : undefined;
}

/** The set with every struct field above one of its paths made a member (EnsureNamedFieldsAreMembers). */
export function withNamedParents(set: FieldSet, type: Type): FieldSet {
  const out = emptySet();
  for (const [element, node] of set) {
    const name = element.slice(2);
    const shape = shapeOf(type, {});
    const isField = shape.kind === "map" && element.startsWith("f:") && shape.isField(name) && node.below.size > 0;
    const next = shape.kind === "map" ? shape.typeOf(name) : shape.kind === "list" ? shape.element : type;
    out.set(element, { member: node.member || isField, below: withNamedParents(node.below, next) });
  }
  return out;
}
