// Sets of field paths, as metadata.managedFields keeps them (FieldsV1), with the set operations of structured-merge-diff.
import { asObject, isObject, type JsonObject } from "../json.ts";

/** What stands at one path element: whether the path itself is in the set, and what is below it. */
export interface FieldNode {
  member: boolean;
  readonly below: FieldSet;
}

/**
 * Path elements as FieldsV1 writes them: `f:image`, `k:{"name":"c"}`, `v:"finalizer"`.
 * Source: sigs.k8s.io/structured-merge-diff/v6 fieldpath/serialize-pe.go.
 */
export type FieldSet = Map<string, FieldNode>;
export type FieldPath = readonly string[];

export const emptySet = (): FieldSet => new Map();

export function insert(set: FieldSet, path: FieldPath): void {
  let here = set;
  path.forEach((element, index) => {
    const node = here.get(element) ?? { member: false, below: emptySet() };
    here.set(element, node);
    if (index === path.length - 1) node.member = true;
    here = node.below;
  });
}

export function isEmpty(set: FieldSet): boolean {
  for (const node of set.values()) if (node.member || !isEmpty(node.below)) return false;
  return true;
}

export const hasMember = (set: FieldSet, element: string): boolean => set.get(element)?.member === true;
export const below = (set: FieldSet, element: string): FieldSet => set.get(element)?.below ?? emptySet();

function combine(left: FieldSet, right: FieldSet, keeps: (inLeft: boolean, inRight: boolean) => boolean): FieldSet {
  const out = emptySet();
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const member = keeps(hasMember(left, element), hasMember(right, element));
    const rest = combine(below(left, element), below(right, element), keeps);
    if (member || rest.size > 0) out.set(element, { member, below: rest });
  }
  return out;
}

export const union = (left: FieldSet, right: FieldSet): FieldSet => combine(left, right, (a, b) => a || b);
export const intersection = (left: FieldSet, right: FieldSet): FieldSet => combine(left, right, (a, b) => a && b);
/** Takes away exactly the paths of the other set; what is below them stays. */
export const difference = (left: FieldSet, right: FieldSet): FieldSet => combine(left, right, (a, b) => a && !b);

/** Takes away the paths of the other set and everything below them. */
export function without(left: FieldSet, right: FieldSet): FieldSet {
  const out = emptySet();
  for (const [element, node] of left) {
    if (hasMember(right, element)) continue;
    const rest = without(node.below, below(right, element));
    if (node.member || rest.size > 0) out.set(element, { member: node.member, below: rest });
  }
  return out;
}

/** Every path of the set, parents first, in order. */
export function paths(set: FieldSet, prefix: FieldPath = []): readonly FieldPath[] {
  const out: FieldPath[] = [];
  for (const [element, node] of [...set].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = [...prefix, element];
    if (node.member) out.push(path);
    out.push(...paths(node.below, path));
  }
  return out;
}

export function toFieldsV1(set: FieldSet): JsonObject {
  const out: JsonObject = {};
  for (const [element, node] of [...set].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rest = toFieldsV1(node.below);
    out[element] = node.member && Object.keys(rest).length > 0 ? { ".": {}, ...rest } : rest;
  }
  return out;
}

export function fromFieldsV1(fields: JsonObject): FieldSet {
  const out = emptySet();
  for (const [element, value] of Object.entries(fields)) {
    if (element === ".") continue;
    const rest = asObject(value);
    const members = Object.keys(rest);
    const member = members.length === 0 || isObject(rest["."]);
    out.set(element, { member, below: fromFieldsV1(rest) });
  }
  return out;
}

/** `.spec.template.spec.containers[name="c"].image`, as conflicts name a field. */
export function pathText(path: FieldPath): string {
  return path.map(elementText).join("");
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  if (element.startsWith("i:")) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
